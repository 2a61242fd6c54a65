import type { Database, Transaction } from '../db/database.ts';

/**
 * Stores a user's only valid reset token, replacing an earlier one; false if `email` is not the
 * account's address any more. The row is locked meanwhile: a change of address either comes first,
 * and is seen here, or waits and then ends this token. Times: microseconds.
 */
export async function putResetToken(
  trx: Transaction,
  token: { token_hash: string; user_id: number; expires_at: number },
  email: string,
): Promise<boolean> {
  const user = await trx
    .selectFrom('users')
    .select('email')
    .where('id', '=', token.user_id)
    .forShare()
    .executeTakeFirst();
  if (user?.email !== email) return false;
  const { token_hash, expires_at } = token;
  await trx
    .insertInto('reset_tokens')
    .values(token)
    .onConflict((other) => other.column('user_id').doUpdateSet({ token_hash, expires_at }))
    .execute();
  return true;
}

/** Whose token it is, unless it is unknown or has expired. */
export async function findResetToken(
  db: Database,
  hash: string,
  now: number,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('reset_tokens')
    .select('user_id')
    .where('token_hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row?.user_id;
}

/** Uses up a reset token; false if somebody else has just done so. */
export async function takeResetToken(trx: Transaction, hash: string): Promise<boolean> {
  const result = await trx
    .deleteFrom('reset_tokens')
    .where('token_hash', '=', hash)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Deletes the reset tokens that ended by `before` (microseconds) and returns how many. */
export async function deleteExpiredResetTokens(db: Database, before: number): Promise<number> {
  const deleting = db.deleteFrom('reset_tokens').where('expires_at', '<=', before);
  return Number((await deleting.executeTakeFirst()).numDeletedRows);
}
