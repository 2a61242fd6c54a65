import type { Database } from '../db/database.ts';
import { type MonthCount, monthAfter, monthAt } from '../posts/archive/archive.service.ts';
import type { Place } from '../posts/cursor.ts';
import { wordsApart } from './match.ts';
import * as store from './search.store.ts';

/**
 * How many posts the first part has. SQLite takes 10 ms for the most expensive words in this many
 * posts.
 */
const PART = 20_000;
/** If reading a part takes less, the next part is twice as large; milliseconds of processor time. */
const QUICK_MS = 4;
/**
 * Processor time that a search for common words may take, in milliseconds. Reading a part is not
 * interrupted.
 */
export const SPEND_MS = 20;

/** How SQLite reads. */
interface Parts {
  /** How many posts the reader may read of each month; empty to read them all at once. */
  counts: readonly MonthCount[];
  /** Milliseconds of processor. */
  spendMs: number;
}

/** Posts that match, newest first. */
export interface Newest {
  places: Place[];
  /** Whether reading ended early because it took long, so that there may be more. */
  cut: boolean;
}

/**
 * The newest posts that match, behind `after`. SQLite cannot be interrupted, and might read the
 * index of very common words to its end to find few posts. So with `counts`, it is asked for a few
 * months at a time, until enough posts are found or the time is spent. For rare words one query
 * without `counts` is cheaper.
 */
export async function listNewest(
  db: Database,
  wanted: store.Wanted,
  { after, limit, counts, spendMs }: store.Range & Parts,
): Promise<Newest> {
  if (counts.length === 0) {
    return { places: (await store.listMatches(db, wanted, { after, limit })).places, cut: false };
  }
  const left = await monthsOf(db, counts, after);
  const places: Place[] = [];
  const words = wordsApart(wanted.match);
  let [size, spent] = [PART, 0];
  while (left.length > 0 && places.length < limit) {
    const range = { after, limit: limit - places.length, months: takeMonths(left, size) };
    // For a phrase, FTS5 would read past these months until a post has all of its words. So a
    // search for the separate words first tells whether any post here has them.
    const together = words
      ? await store.listMatches(db, { ...wanted, match: words }, { ...range, limit: 1 })
      : undefined;
    const found =
      together?.places.length === 0
        ? { places: [], cpuMs: 0 }
        : await store.listMatches(db, wanted, range);
    places.push(...found.places);
    const took = found.cpuMs + (together?.cpuMs ?? 0);
    spent += took;
    if (took < QUICK_MS) size *= 2;
    if (spent >= spendMs && left.length > 0 && places.length < limit) return { places, cut: true };
  }
  return { places, cut: false };
}

/** All months that may have posts, newest first: also those whose posts are all hidden. */
async function monthsOf(
  db: Database,
  counts: readonly MonthCount[],
  after: Place | undefined,
): Promise<MonthCount[]> {
  const { first, last } = await store.findSpan(db);
  const end = monthAt(Math.min(last, after?.date_posted ?? last));
  const posts = new Map(counts.map((one) => [one.month, one.posts]));
  const months: MonthCount[] = [];
  for (let month = monthAt(first); month <= end; month = monthAfter(month)) {
    months.push({ month, posts: posts.get(month) ?? 0 });
  }
  return months.toReversed();
}

/** Takes months from the beginning until they have so many posts. */
function takeMonths(left: MonthCount[], size: number): number[] {
  const taken: number[] = [];
  let posts = 0;
  while (posts < size) {
    const next = left.shift();
    if (!next) break;
    taken.push(next.month);
    posts += next.posts;
  }
  return taken;
}
