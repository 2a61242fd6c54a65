import type { Context } from '../context.ts';
import type { Database } from '../db/database.ts';
import type { NoticeRow, UserRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { HttpError } from '../errors.ts';
import * as store from './reading.store.ts';
import type { FoundNotice } from './reading.store.ts';

export { COUNTED, type FoundNotice } from './reading.store.ts';

/** How long notices are kept; days. */
export const DAYS_KEPT = 180;
const DAY = 24 * 60 * 60 * 1_000_000;
/** Rows that are deleted in one statement. */
const AT_ONCE = 1000;

/** Notices, newest first; the id before which the next page begins, if there is one; how many are unread, COUNTED at most. */
export interface NoticeList {
  notices: FoundNotice[];
  next: number | undefined;
  unread: number;
}

/** A page of the viewer's notices about what they may read now. */
export async function getNotices(
  { db }: Context,
  viewer: UserRow,
  { before = Number.MAX_SAFE_INTEGER, limit }: { before?: number | undefined; limit: number },
): Promise<NoticeList> {
  const found = await store.listNotices(db, viewer, { before, limit: limit + 1 });
  const { unread } = await store.findUnread(db, viewer);
  const notices = found.slice(0, limit);
  return { notices, next: found.length > limit ? notices.at(-1)?.id : undefined, unread };
}

/** All notices of a person, oldest first, with ids only. */
export async function listOwnNotices(
  { db }: Pick<Context, 'db'>,
  userId: number,
): Promise<Omit<NoticeRow, 'user_id'>[]> {
  return store.listAllOf(db, userId);
}

/** What pages show of a person's notices, and a state that tells whether a cached page is still current. */
export async function findMarks(
  { db }: Context,
  viewer: UserRow,
): Promise<{ unread: number; state: string }> {
  return store.findUnread(db, viewer);
}

/** Marks as read the one with this id, or all up to an id; other people's stay as they are. */
export async function markRead(
  { db, clock }: Context,
  viewer: UserRow,
  which: { id: number } | { upTo: number },
): Promise<void> {
  // No row has an id beyond this, and PostgreSQL would refuse to compare one.
  const id = Math.min('id' in which ? which.id : which.upTo, Number.MAX_SAFE_INTEGER);
  if (id < 1) return;
  const only = 'id' in which;
  await store.markRead(db, { userId: viewer.id, id, only }, micros(clock));
}

/**
 * Marks a notice as read and returns the path of what it is about. Throws 404 if it is gone, or the
 * viewer may not read what it is about.
 */
export async function openNotice(ctx: Context, viewer: UserRow, id: number): Promise<string> {
  const notice = await store.findNotice(ctx.db, viewer, id);
  if (!notice) throw new HttpError(404, 'Notice not found');
  await markRead(ctx, viewer, { id });
  return noticePath(notice);
}

/** The path of what a notice is about, without the base path. */
export function noticePath({
  kind,
  post_id,
  comment_id,
}: Pick<NoticeRow, 'kind' | 'post_id' | 'comment_id'>): string {
  if (kind === 'waiting' && comment_id === null) return '/admin/waiting';
  if (kind === 'report') return '/admin/reports';
  return `/posts/${post_id}${comment_id === null ? '' : `?until=${comment_id}#comment-${comment_id}`}`;
}

/** Deletes notices that are older than DAYS_KEPT, a few at once; ends early once `signal` is aborted. */
export async function deleteOldNotices(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  signal: AbortSignal,
): Promise<number> {
  const before = micros(clock) - DAYS_KEPT * DAY;
  for (let deleted = 0; ;) {
    const now = await store.deleteOldNotices(db, { before, limit: AT_ONCE });
    deleted += now;
    if (now < AT_ONCE || signal.aborted) return deleted;
  }
}

/**
 * Returns a function for the state of a person's unread notices. Calls in one turn of the event
 * loop share a statement, because each page sent from the cache needs one.
 */
export function createUnreadStates(db: Database): (userId: number) => Promise<string> {
  let asked: { ids: Set<number>; states: Promise<Map<number, string>> } | undefined;
  return async (userId) => {
    if (!asked) {
      const ids = new Set<number>();
      const states = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        asked = undefined;
        return store.findStates(db, [...ids]);
      });
      asked = { ids, states };
    }
    asked.ids.add(userId);
    return (await asked.states).get(userId) ?? '';
  };
}
