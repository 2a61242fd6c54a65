import type { Database } from '../db/database.ts';
import type { SessionRow, UserRow } from '../db/schema.ts';
import { findViewer } from './viewer.store.ts';

export async function insertSession(db: Database, session: SessionRow): Promise<void> {
  await db.insertInto('sessions').values(session).execute();
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
