import { sql } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { Role, UserRow } from '../db/schema.ts';

/** Whether the blog has an owner who can act, other than `except`. */
export async function hasOwner(db: Database, except = 0): Promise<boolean> {
  const owner = await db
    .selectFrom('users')
    .select('id')
    // As a literal, so that the partial index is used.
    .where('role', '=', sql.lit('owner'))
    .where('state', '=', 'active')
    .where('id', '!=', except)
    .executeTakeFirst();
  return owner !== undefined;
}

/** The owners and the account with this id, locked in the order of ids until the transaction ends. */
export async function lockOwnersAnd(trx: Transaction, id: number): Promise<UserRow[]> {
  return trx
    .selectFrom('users')
    .selectAll()
    .where((user) => user.or([user('role', '=', sql.lit('owner')), user('id', '=', id)]))
    .orderBy('id')
    .forUpdate()
    .execute();
}

/** Gives an account that is there a role; `active`: and ends its waiting or suspension. */
export async function setRole(
  trx: Transaction,
  id: number,
  { role, active = false }: { role: Role; active?: boolean },
): Promise<UserRow> {
  const state = { state: 'active', suspended_until: null, state_reason: null } as const;
  return trx
    .updateTable('users')
    .set({ role, ...(active && state) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Makes this the only link for an owner, or with null removes the one there is. Times: microseconds. */
export async function replaceOwnerLink(
  trx: Transaction,
  link: { token_hash: string; expires_at: number } | null,
): Promise<void> {
  await trx.deleteFrom('owner_links').execute();
  if (link) await trx.insertInto('owner_links').values(link).execute();
}

/** Whether there is this link and it has not expired. */
export async function findOwnerLink(db: Database, hash: string, now: number): Promise<boolean> {
  const link = await db
    .selectFrom('owner_links')
    .select('token_hash')
    .where('token_hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return link !== undefined;
}

/** Uses up the link; false if it has expired or is not there, or somebody else has just used it. */
export async function takeOwnerLink(trx: Transaction, hash: string, now: number): Promise<boolean> {
  const result = await trx
    .deleteFrom('owner_links')
    .where('token_hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Decides about a waiting account; false unless it waits. */
export async function decide(
  trx: Transaction,
  id: number,
  decision: Pick<UserRow, 'state' | 'state_reason'>,
): Promise<boolean> {
  const result = await trx
    .updateTable('users')
    .set(decision)
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
