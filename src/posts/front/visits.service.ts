import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { micros } from '../../db/time.ts';
import { Unavailable } from '../../errors.ts';
import { updateVisit } from './visits.store.ts';

const MINUTE = 60_000_000;
/** A visit ends after this long without reading the front page; microseconds. */
const PAUSE = 60 * MINUTE;
/** How far `seen_at` may lag behind, so that reading does not write; microseconds. */
const WRITE_AFTER = 5 * MINUTE;

/**
 * Records that the front page is being read, and returns when the previous visit ended
 * (microseconds); undefined for a first visit.
 */
export async function noteVisit(
  { db, clock, log }: Pick<Context, 'db' | 'clock' | 'log'>,
  user: UserRow,
): Promise<number | undefined> {
  const now = micros(clock);
  const { seen_at } = user;
  const away = seen_at === null ? PAUSE : now - seen_at;
  if (away >= WRITE_AFTER) {
    const ended = seen_at !== null && away >= PAUSE ? { last_visit_at: seen_at } : {};
    try {
      await updateVisit(db, user, { seen_at: now, ...ended });
    } catch (error) {
      // The front page can be read while the database cannot be written.
      if (!(error instanceof Unavailable)) throw error;
      log.warn({ reason: String(error.cause) }, 'could not record a visit');
    }
  }
  return lastVisit(user, now);
}

/** Returns the same without recording anything, for other pages of the list. */
export function lastVisit({ seen_at, last_visit_at }: UserRow, now: number): number | undefined {
  const over = seen_at !== null && now - seen_at >= PAUSE;
  return (over ? seen_at : last_visit_at) ?? undefined;
}

/**
 * The index of the first post that is not newer than `since`, in a list with the newest first.
 * Undefined if no newer post precedes it. `before`: when the last post of the previous page was
 * posted.
 */
export function firstSeen(
  posts: readonly { date_posted: number }[],
  since: number,
  before?: number,
): number | undefined {
  const place = posts.findIndex(({ date_posted }) => date_posted <= since);
  const newer = place > 0 ? posts[place - 1]?.date_posted : before;
  return place >= 0 && newer !== undefined && newer > since ? place : undefined;
}
