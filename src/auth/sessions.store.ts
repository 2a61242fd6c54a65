import type { Database } from '../db/database.ts';
import type { SessionRow, UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import { findViewer } from './viewer.store.ts';

/**
 * Starts a session for the account as it was when its password was verified, by its `tokenVersion`; false
 * when the password has changed since, or the account is gone. The row is locked in between: a change of
 * password either comes first, and is seen here, or waits and then finds this session to end it.
 */
export async function insertSession(
  db: Database,
  session: SessionRow,
  tokenVersion: number,
): Promise<boolean> {
  return transact(db, async (trx) => {
    const user = await trx
      .selectFrom('users')
      .select('token_version')
      .where('id', '=', session.user_id)
      .forShare()
      .executeTakeFirst();
    if (user?.token_version !== tokenVersion) return false;
    await trx.insertInto('sessions').values(session).execute();
    return true;
  });
}

/** A session that has not expired, with its account. `now`: microseconds. */
export async function findSession(
  db: Database,
  hash: string,
  now: number,
): Promise<{ session: SessionRow; user: UserRow } | undefined> {
  const session = await db
    .selectFrom('sessions')
    .selectAll()
    .where('token_hash', '=', hash)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (!session) return undefined;
  const user = await findViewer(db, session.user_id);
  return user && { session, user };
}

/** Times: microseconds. */
export async function touchSession(
  db: Database,
  hash: string,
  times: { last_seen_at: number; expires_at: number },
): Promise<void> {
  await db.updateTable('sessions').set(times).where('token_hash', '=', hash).execute();
}

/** The live sessions of a user, the last used first. `now`: microseconds. */
export async function listSessions(
  db: Database,
  userId: number,
  now: number,
): Promise<SessionRow[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', userId)
    .where('expires_at', '>', now)
    .orderBy('last_seen_at', 'desc')
    .orderBy('token_hash')
    .execute();
}

/** Only a user's own session goes; another's, or one that is gone, is left. */
export async function deleteSession(db: Database, userId: number, hash: string): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('token_hash', '=', hash)
    .execute();
}

export async function deleteOtherSessions(
  db: Database,
  userId: number,
  ownHash: string,
): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('token_hash', '!=', ownHash)
    .execute();
}
