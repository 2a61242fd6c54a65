import type { Context } from '../context.ts';
import { micros } from '../db/time.ts';
import type { SessionRow } from '../db/schema.ts';
import * as store from './sessions.store.ts';
import { isStorable } from '../unicode/storable.ts';

/** A session as its owner may see it; times are microseconds. */
interface SessionInfo {
  /** The stored hash. It is useless as a cookie, because a cookie's token is hashed first. */
  id: string;
  /** The session that asks. */
  current: boolean;
  userAgent: string;
  createdAt: number;
  lastSeenAt: number;
}

/** Where the owner of `current` is signed in, last used first. */
export async function sessionsBeside(ctx: Context, current: SessionRow): Promise<SessionInfo[]> {
  const rows = await store.listSessions(ctx.db, current.user_id, micros(ctx.clock));
  return rows.map((row) => ({
    id: row.token_hash,
    current: row.token_hash === current.token_hash,
    userAgent: row.user_agent,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
  }));
}

/** Ends one of a user's sessions; does nothing for the id of another user's. */
export async function endSession(ctx: Context, userId: number, id: string): Promise<void> {
  if (isStorable(id)) await store.deleteSession(ctx.db, userId, id);
}

/** Ends all sessions of its owner but this one. */
export async function endOtherSessions(ctx: Context, current: SessionRow): Promise<void> {
  await store.deleteOtherSessions(ctx.db, current.user_id, current.token_hash);
}
