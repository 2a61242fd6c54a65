import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { micros } from '../../db/time.ts';
import { Unavailable } from '../../errors.ts';
import { updateVisit } from './visits.store.ts';

const MINUTE = 60_000_000;
/** A visit is over after so long without the front page; microseconds. */
const PAUSE = 60 * MINUTE;
/** How far `seen_at` may lag behind, so that reading does not write; microseconds. */
const WRITE_AFTER = 5 * MINUTE;

/**
 * When the visit before this one ended, and records that the front page is being read now; undefined
 * for a first visit. Microseconds.
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
      // Reading works while nothing can be written.
      if (!(error instanceof Unavailable)) throw error;
      log.warn({ reason: String(error.cause) }, 'could not record a visit');
    }
  }
  return lastVisit(user, now);
}

/** The same without recording anything, for other pages of the list. */
export function lastVisit({ seen_at, last_visit_at }: UserRow, now: number): number | undefined {
  const over = seen_at !== null && now - seen_at >= PAUSE;
  return (over ? seen_at : last_visit_at) ?? undefined;
}

/**
 * The place of the first post of a list, newest first, that is not newer than `since`; undefined if
 * there is no post before it that is. `before`: when the last post of the page before was posted.
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
