import type { Viewer } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { ModerationRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import * as store from './log.store.ts';
import type { LogEntry } from './log.store.ts';

export type { LogEntry } from './log.store.ts';

/**
 * An act of moderation. `actorId`: null for the host; `userId`: the account, or the author of the
 * post or comment, that it was done to; `toUserId`: the account that received something.
 */
interface Deed {
  actorId: number | null;
  action: ModerationRow['action'];
  userId?: number | null;
  toUserId?: number | null;
  postId?: number | null;
  commentId?: number | null;
  reason?: string;
}

/** Logs an act in the transaction that does it. */
export async function logDeed(
  trx: Transaction,
  clock: () => number,
  { actorId, action, reason = '', ...about }: Deed,
): Promise<void> {
  await store.insertEntry(trx, {
    actor_id: actorId,
    action,
    user_id: about.userId ?? null,
    to_user_id: about.toUserId ?? null,
    post_id: about.postId ?? null,
    comment_id: about.commentId ?? null,
    reason,
    created_at: micros(clock),
  });
}

/**
 * For the transaction that deletes an account: its entries stay in the log, but their reasons are
 * emptied.
 */
export async function forgetReasons(trx: Transaction, userId: number): Promise<void> {
  await store.blankReasons(trx, userId);
}

/** How many entries a page of the log has. */
const LOG_PAGE = 50;

/** A page of the log, newest first, and the id before which the next page begins, if there is one. */
export async function readLog(
  { db }: Context,
  viewer: Viewer,
  before = Number.MAX_SAFE_INTEGER,
): Promise<{ entries: LogEntry[]; next: number | undefined }> {
  const found = await store.listEntries(db, viewer, { before, limit: LOG_PAGE + 1 });
  const entries = found.slice(0, LOG_PAGE);
  return { entries, next: found.length > LOG_PAGE ? entries.at(-1)?.id : undefined };
}
