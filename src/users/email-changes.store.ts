import type { Database, Transaction } from '../db/database.ts';

/** The one pending address of a user; it replaces any before it. Times: microseconds. */
export async function putEmailChange(
  trx: Transaction,
  change: { token_hash: string; user_id: number; email: string; expires_at: number },
): Promise<void> {
  const { user_id: _, ...rest } = change;
  await trx
    .insertInto('email_changes')
    .values(change)
    .onConflict((other) => other.column('user_id').doUpdateSet(rest))
    .execute();
}

/** Gives the pending change of a user another token and returns its address; undefined when there is none. */
export async function renewEmailChange(
  db: Database,
  userId: number,
  token: { token_hash: string; expires_at: number },
): Promise<string | undefined> {
  const row = await db
    .updateTable('email_changes')
    .set(token)
    .where('user_id', '=', userId)
    .returning('email')
    .executeTakeFirst();
  return row?.email;
}

/** Whose token it is and for which address, unless it is unknown or has expired. `now`: microseconds. */
export async function findEmailChange(
  db: Database,
  hash: string,
  now: number,
): Promise<{ user_id: number; email: string } | undefined> {
  return db
    .selectFrom('email_changes')
    .select(['user_id', 'email'])
    .where('token_hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** The address that a user is to confirm, and until when (microseconds). */
export async function findPendingEmail(
  db: Database,
  userId: number,
  now: number,
): Promise<{ email: string; expires_at: number } | undefined> {
  return db
    .selectFrom('email_changes')
    .select(['email', 'expires_at'])
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** Uses a token up; false when it is gone. */
export async function takeEmailChange(trx: Transaction, hash: string): Promise<boolean> {
  const result = await trx
    .deleteFrom('email_changes')
    .where('token_hash', '=', hash)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Ends the pending change of a user, if there is one. */
export async function deleteEmailChange(db: Database, userId: number): Promise<void> {
  await db.deleteFrom('email_changes').where('user_id', '=', userId).execute();
}

/** Deletes the changes that expired by `before` (microseconds) and returns how many. */
export async function deleteExpiredEmailChanges(db: Database, before: number): Promise<number> {
  const deleting = db.deleteFrom('email_changes').where('expires_at', '<=', before);
  return Number((await deleting.executeTakeFirst()).numDeletedRows);
}
