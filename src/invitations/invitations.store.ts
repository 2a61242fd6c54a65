import type { ExpressionBuilder, Insertable } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { InvitationRow, Schema, UserRow } from '../db/schema.ts';

/** Adds an invitation. */
export async function insertInvitation(
  trx: Transaction,
  invitation: Insertable<Schema['invitations']>,
): Promise<void> {
  await trx.insertInto('invitations').values(invitation).execute();
}

/** The invitation, if it can be used at `now` (microseconds). */
export async function findUsable(
  db: Database,
  hash: string,
  now: number,
): Promise<InvitationRow | undefined> {
  return db
    .selectFrom('invitations')
    .selectAll()
    .where(hasToken(hash))
    .where(isUsable(now))
    .executeTakeFirst();
}

/** Takes one use; undefined if none is left, or it cannot be used (any more). */
export async function takeUse(
  trx: Transaction,
  hash: string,
  now: number,
): Promise<InvitationRow | undefined> {
  return trx
    .updateTable('invitations')
    .set((row) => ({ uses_left: row('uses_left', '-', 1) }))
    .where(hasToken(hash))
    .where(isUsable(now))
    .returningAll()
    .executeTakeFirst();
}

/** Whether the hash is of its link's token, or of the mailed link's. */
const hasToken = (hash: string) => (row: ExpressionBuilder<Schema, 'invitations'>) =>
  row.or([row('token_hash', '=', hash), row('mailed_hash', '=', hash)]);

/**
 * Whether it is neither used up, expired nor ended, and its maker's account exists and is not
 * suspended.
 */
const isUsable = (now: number) => (row: ExpressionBuilder<Schema, 'invitations'>) =>
  row.and([
    row('uses_left', '>', 0),
    row('expires_at', '>', now),
    row('revoked_at', 'is', null),
    row(
      'made_by',
      'in',
      row.selectFrom('users').select('users.id').where('users.state', '=', 'active'),
    ),
  ]);

/** The newest invitation by this person to this address that can be used at `now` (microseconds). */
export async function findMailed(
  db: Database,
  { madeBy, address, now }: { madeBy: number; address: string; now: number },
): Promise<InvitationRow | undefined> {
  return db
    .selectFrom('invitations')
    .selectAll()
    .where('made_by', '=', madeBy)
    .where('mailed_to', '=', address)
    .where(isUsable(now))
    .orderBy('id', 'desc')
    .executeTakeFirst();
}

/** Sets the token of the mailed link; one that was mailed before ends. */
export async function putMailedHash(db: Database, id: number, hash: string): Promise<void> {
  await db.updateTable('invitations').set({ mailed_hash: hash }).where('id', '=', id).execute();
}

/**
 * Up to 200 invitations, with the name and state of whoever made each: those usable at `now`
 * (microseconds) first, and within these the newest first.
 */
export async function listInvitations(
  db: Database,
  now: number,
): Promise<(InvitationRow & { maker: string | null; maker_state: UserRow['state'] | null })[]> {
  return (
    db
      .selectFrom('invitations')
      .leftJoin('users', 'users.id', 'invitations.made_by')
      .selectAll('invitations')
      .select(['users.username as maker', 'users.state as maker_state'])
      // So an invitation that still works can be found and ended, however many others there are.
      .orderBy((one) => one.case().when(isUsable(now)(one)).then(0).else(1).end())
      .orderBy('invitations.id', 'desc')
      .limit(200)
      .execute()
  );
}

/** Who made an account with one of these invitations, by id. */
export async function listGuests(
  db: Database,
  ids: number[],
): Promise<{ id: number; username: string; invitation_id: number | null }[]> {
  if (ids.length === 0) return [];
  return db
    .selectFrom('users')
    .select(['id', 'username', 'invitation_id'])
    .where('invitation_id', 'in', ids)
    .orderBy('id')
    .execute();
}

/** Ends an invitation; false if it had ended, or is not there. */
export async function revoke(trx: Transaction, id: number, now: number): Promise<boolean> {
  const result = await trx
    .updateTable('invitations')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
