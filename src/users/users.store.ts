import { sql } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import { EXACT, exactKey } from '../unicode/case-fold.ts';
import type { NewUser, UserRow } from '../db/schema.ts';
import { emailKey } from '../unicode/email-address.ts';

/** Throws a unique violation if the name or address is taken. */
export async function insertUser(db: Database, user: NewUser): Promise<UserRow> {
  return db.insertInto('users').values(user).returningAll().executeTakeFirstOrThrow();
}

/** The account with exactly this address, or else the one with another spelling of it. */
export async function findUserByEmail(db: Database, email: string): Promise<UserRow | undefined> {
  const exact = exactKey(email.toLowerCase());
  const found = await db
    .selectFrom('users')
    .selectAll()
    .where('email_key', 'in', [exact, emailKey(email)])
    .execute();
  return found.find(({ email_key }) => email_key === exact) ?? found[0];
}

/** Whether someone other than `exceptId` has one of these keys. */
export async function isTaken(
  db: Database,
  column: 'username_key' | 'email_key',
  keys: string[],
  exceptId = 0,
): Promise<boolean> {
  const found = await db
    .selectFrom('users')
    .select('id')
    .where(column, 'in', keys)
    .where('id', '!=', exceptId)
    .executeTakeFirst();
  return found !== undefined;
}

/** Accounts with an exact key, because another account had a similar name or address first; by id. */
export async function listExactKeys(
  db: Database,
): Promise<Pick<UserRow, 'id' | 'username' | 'username_key' | 'email' | 'email_key'>[]> {
  // Every key that begins with EXACT, as a range that both databases find in an index.
  const beyond = EXACT.replace(/ $/, '!');
  return db
    .selectFrom('users')
    .select(['id', 'username', 'username_key', 'email', 'email_key'])
    .where((row) =>
      row.or(
        (['username_key', 'email_key'] as const).map((column) =>
          row.and([row(column, '>=', EXACT), row(column, '<', beyond)]),
        ),
      ),
    )
    .orderBy('id')
    .execute();
}

/** The id of the account with this key. */
export async function findByKey(
  db: Database,
  column: 'username_key' | 'email_key',
  key: string,
): Promise<number | undefined> {
  const row = await db.selectFrom('users').select('id').where(column, '=', key).executeTakeFirst();
  return row?.id;
}

/**
 * Undefined if the account is gone; throws a unique violation. A new address is not confirmed unless
 * `change` says when, and ends the links that were mailed to the old one.
 */
export async function updateUser(
  trx: Transaction,
  id: number,
  change: Partial<Omit<UserRow, 'id' | 'created_at'>>,
): Promise<UserRow | undefined> {
  const newAddress = change.email !== undefined;
  const user = await trx
    .updateTable('users')
    .set({ ...(newAddress && { email_confirmed_at: null }), ...change })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
  if (newAddress) await deleteMailedLinks(trx, id);
  return user;
}

/** False if there was no such user. Posts, sessions and reset tokens are deleted with the row. */
export async function deleteUser(db: Database, id: number): Promise<boolean> {
  // Revisions of posts stay; those of drafts are deleted, since nothing else belongs to them.
  await db.deleteFrom('revisions').where('user_id', '=', id).where('post_id', 'is', null).execute();
  const result = await db.deleteFrom('users').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** The account, locked until the transaction ends; undefined if it is gone. */
export async function lockForUpdate(trx: Transaction, id: number): Promise<UserRow | undefined> {
  const query = trx.selectFrom('users').selectAll().where('id', '=', id);
  return query.forUpdate().executeTakeFirst();
}

/** Suspends an account and ends every token. */
export async function suspend(
  trx: Transaction,
  id: number,
  how: Pick<UserRow, 'suspended_until' | 'state_reason'>,
): Promise<void> {
  await trx
    .updateTable('users')
    .set((row) => ({ ...how, state: 'suspended', token_version: row('token_version', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** Makes a suspended account active. */
export async function endSuspension(trx: Transaction, id: number): Promise<void> {
  await trx
    .updateTable('users')
    .set({ state: 'active', suspended_until: null, state_reason: null })
    .where('id', '=', id)
    .execute();
}

/** Ends the suspensions, of one user or of all, that are over at `now` (microseconds); returns how many. */
export async function liftSuspensions(db: Database, now: number, userId?: number): Promise<number> {
  const lifting = db
    .updateTable('users')
    .set({ state: 'active', suspended_until: null, state_reason: null })
    // As a literal, so that the partial index is used.
    .where('state', '=', sql.lit('suspended'))
    .where('suspended_until', '<=', now)
    .$if(userId !== undefined, (query) => query.where('id', '=', userId ?? 0));
  return Number((await lifting.executeTakeFirst()).numUpdatedRows);
}

/** Replaces a hash by another one of the same password, unless the password changed meanwhile. */
export async function rehash(db: Database, user: UserRow, hash: string): Promise<void> {
  await db
    .updateTable('users')
    .set({ password_hash: hash })
    .where('id', '=', user.id)
    .where('password_hash', '=', user.password_hash)
    .execute();
}

/**
 * Sets a new password and ends every token; with `tokenVersion`, only if the password has not
 * changed since the account had that version. `byLink`: a mailed link was used, which confirms the
 * address. Undefined if the password has changed, or the account is gone. `now`: microseconds.
 */
export async function setPassword(
  db: Database,
  change: { userId: number; hash: string; tokenVersion?: number; byLink?: boolean; now: number },
): Promise<UserRow | undefined> {
  const { userId, hash, tokenVersion, byLink = false, now } = change;
  return db
    .updateTable('users')
    .set((row) => ({
      password_hash: hash,
      password_changed_at: now,
      token_version: row('token_version', '+', 1),
      ...(byLink && { email_confirmed_at: now }),
    }))
    .where('id', '=', userId)
    .$if(tokenVersion !== undefined, (query) =>
      query.where('token_version', '=', tokenVersion ?? 0),
    )
    .returningAll()
    .executeTakeFirst();
}

/** Ends everything that must not survive a change of password. */
export async function revokeCredentials(db: Database, userId: number): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute();
  await deleteMailedLinks(db, userId);
}

async function deleteMailedLinks(db: Database, userId: number): Promise<void> {
  await db.deleteFrom('reset_tokens').where('user_id', '=', userId).execute();
  await db.deleteFrom('email_changes').where('user_id', '=', userId).execute();
}
