import type { Database } from '../db/database.ts';
import type { SessionRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import type { SignedIn } from './policy.ts';
import { hiddenPosts } from './viewer.store.ts';

/**
 * Starts a session for the account as it was when its password was verified, by its `tokenVersion`;
 * false if the password has changed since, or the account is suspended or gone. The row is locked meanwhile: a
 * change of password either comes first, and is seen here, or waits and then ends this session.
 */
export async function insertSession(
  db: Database,
  session: SessionRow,
  tokenVersion: number,
): Promise<boolean> {
  return transact(db, async (trx) => {
    const user = await trx
      .selectFrom('users')
      .select(['token_version', 'state'])
      .where('id', '=', session.user_id)
      .forShare()
      .executeTakeFirst();
    if (user?.token_version !== tokenVersion || user.state === 'suspended') return false;
    await trx.insertInto('sessions').values(session).execute();
    return true;
  });
}

/** A session that has not expired, with its account, unless that is suspended. `now`: microseconds. */
export async function findSession(
  db: Database,
  hash: string,
  now: number,
): Promise<{ session: SessionRow; user: SignedIn } | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .where('token_hash', '=', hash)
    .where('expires_at', '>', now)
    .where('state', '!=', 'suspended')
    .selectAll('users')
    .select(hiddenPosts)
    .select(['token_hash', 'user_id', 'last_seen_at', 'expires_at', 'user_agent'])
    .select('sessions.created_at as begun_at')
    .executeTakeFirst();
  if (!row) return undefined;
  const { token_hash, user_id, begun_at, last_seen_at, expires_at, user_agent, ...user } = row;
  const times = { created_at: begun_at, last_seen_at, expires_at };
  return { session: { token_hash, user_id, user_agent, ...times }, user };
}

/** Times: microseconds. */
export async function touchSession(
  db: Database,
  hash: string,
  times: { last_seen_at: number; expires_at: number },
): Promise<void> {
  await db.updateTable('sessions').set(times).where('token_hash', '=', hash).execute();
}

/** The valid sessions of a user, last used first. `now`: microseconds. */
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

/** Deletes only a user's own session; another user's is left. */
export async function deleteSession(db: Database, userId: number, hash: string): Promise<void> {
  await db
    .deleteFrom('sessions')
    .where('user_id', '=', userId)
    .where('token_hash', '=', hash)
    .execute();
}

/** Deletes all of a user's sessions except this one. */
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

/** Deletes the sessions that ended by `before` (microseconds) and returns how many. */
export async function deleteExpiredSessions(db: Database, before: number): Promise<number> {
  const deleting = db.deleteFrom('sessions').where('expires_at', '<=', before);
  return Number((await deleting.executeTakeFirst()).numDeletedRows);
}
