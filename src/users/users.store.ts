import type { Database, Transaction } from '../db/database.ts';
import { caseKey } from '../db/case-fold.ts';
import type { NewUser, UserRow } from '../db/schema.ts';

type Db = Database | Transaction;

/** Throws a unique violation when the name or address is taken. */
export async function insertUser(db: Db, user: NewUser): Promise<UserRow> {
  return db.insertInto('users').values(user).returningAll().executeTakeFirstOrThrow();
}

export async function findUserByEmail(db: Db, email: string): Promise<UserRow | undefined> {
  return db
    .selectFrom('users')
    .selectAll()
    .where('email_key', '=', caseKey(email))
    .executeTakeFirst();
}

/** Whether someone other than `exceptId` has this value. */
export async function isTaken(
  db: Db,
  column: 'username_key' | 'email_key',
  value: string,
  exceptId?: number,
): Promise<boolean> {
  const row = await db
    .selectFrom('users')
    .select('id')
    .where(column, '=', value)
    .executeTakeFirst();
  return row !== undefined && row.id !== exceptId;
}

/** Undefined when the account is gone; throws a unique violation. */
export async function updateUser(
  db: Db,
  id: number,
  change: Partial<Pick<UserRow, 'username' | 'username_key' | 'email' | 'email_key'>>,
): Promise<UserRow | undefined> {
  return db.updateTable('users').set(change).where('id', '=', id).returningAll().executeTakeFirst();
}

/** False when there was no such user. Posts, sessions and reset tokens go with the row. */
export async function deleteUser(db: Db, id: number): Promise<boolean> {
  const result = await db.deleteFrom('users').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** Replaces a hash by one of the same password, unless the password changed meanwhile. */
export async function rehash(db: Db, user: UserRow, hash: string): Promise<void> {
  await db
    .updateTable('users')
    .set({ password_hash: hash })
    .where('id', '=', user.id)
    .where('password_hash', '=', user.password_hash)
    .execute();
}

/**
 * Sets a new password and ends every token; with `oldHash` only if that is still the password's
 * hash. Undefined when it is not, or the account is gone. `now`: microseconds.
 */
export async function setPassword(
  db: Db,
  change: { userId: number; hash: string; oldHash?: string; now: number },
): Promise<UserRow | undefined> {
  return db
    .updateTable('users')
    .set((row) => ({
      password_hash: change.hash,
      password_changed_at: change.now,
      token_version: row('token_version', '+', 1),
    }))
    .where('id', '=', change.userId)
    .$if(change.oldHash !== undefined, (query) =>
      query.where('password_hash', '=', change.oldHash ?? ''),
    )
    .returningAll()
    .executeTakeFirst();
}

/** Ends what a change of password must not leave alive. */
export async function revokeCredentials(db: Db, userId: number): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute();
  await db.deleteFrom('reset_tokens').where('user_id', '=', userId).execute();
}

/** The one live reset token of a user takes the place of any before it. Times: microseconds. */
export async function putResetToken(
  db: Database,
  token: { token_hash: string; user_id: number; expires_at: number },
): Promise<void> {
  const { token_hash, expires_at } = token;
  await db
    .insertInto('reset_tokens')
    .values(token)
    .onConflict((other) => other.column('user_id').doUpdateSet({ token_hash, expires_at }))
    .execute();
}

/** Whose token it is, unless it is unknown or has expired. */
export async function findResetToken(
  db: Db,
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

/** Uses a reset token up; false when somebody else has, just now. */
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
