import pLimit from 'p-limit';
import { isMember, type Viewer, visibleTo } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import { type Database, isShared } from '../db/database.ts';
import { isTimeout } from '../db/errors.ts';
import { openReader } from '../db/sqlite/reader.ts';
import { Unavailable, ValidationError } from '../errors.ts';
import { getMonths } from '../posts/archive/archive.service.ts';
import { cursorAfter, type Place, readCursor } from '../posts/cursor.ts';
import { authorTerm, MEMBERS_TERM, type PostWithText } from '../posts/post.ts';
import { getPostsById } from '../posts/posts.service.ts';
import { tagTerm } from '../tags/tag.ts';
import { listTagIds } from '../tags/tags.service.ts';
import { isTooCommon } from './common.store.ts';
import type { Match } from './match.ts';
import { listNewest, type Newest, SPEND_MS } from './newest.ts';
import { parseQuery, type Query } from './query.ts';
import { rank } from './rank.store.ts';
import * as store from './search.store.ts';

/** Posts on a page. */
const PAGE = 20;
/** Matches are counted up to this number. */
export const COUNTED_MAX = 1000;
/** Searches at once in each process, and those that may wait; further ones get a 503. */
const AT_ONCE = 2;
const WAITING_MAX = 16;

/** Used for PostgreSQL, whose searches have a time limit instead. */
const QUICK = { common: false, cpuMs: 0 };

/** The refusal when reading all matches would take too long. */
const TOO_MANY = 'Too many matches: add a rarer word';

/** 422: there is nothing to look for, or too much. */
export class SearchRefused extends ValidationError {
  readonly reason: string;

  constructor(reason: string, input: string) {
    const msg = `Value error, ${reason}`;
    super([{ type: 'value_error', loc: ['query', 'q'], msg, input, ctx: { error: reason } }]);
    this.name = 'SearchRefused';
    this.reason = reason;
  }
}

/** A page of posts that match. */
interface Found {
  query: Query;
  posts: PostWithText[];
  /** How many there are on all pages, `COUNTED_MAX + 1` if more; undefined on later pages of the newest, and where they were not counted. */
  total: number | undefined;
  /** Whether there may be more than `total`, because counting them all would take too long. */
  atLeast: boolean;
  /** Whether they are sorted best first. */
  ranked: boolean;
  /** The cursor of the next page, if there is one. */
  next: string | undefined;
}

export interface Search {
  /**
   * The posts that `viewer` may read and that match what was typed, newest first; with `best`, best
   * first if not more than `COUNTED_MAX` match and their words are rare enough. With `counted: false`
   * the newest are not counted, which takes most of the time where many match. Throws SearchRefused,
   * and Unavailable when too many search.
   */
  find: (
    viewer: Viewer,
    typed: string,
    page?: { cursor?: string; best?: boolean; counted?: boolean },
  ) => Promise<Found>;
  close: () => Promise<void>;
}

/**
 * On SQLite, searches run in threads, which a long one keeps busy instead of the server. `spendMs`:
 * processor time in milliseconds that a search for very common words may take there.
 */
export function createSearch(
  ctx: Pick<Context, 'db' | 'config'>,
  { spendMs = SPEND_MS } = {},
): Search {
  const { database } = ctx.config;
  const reader = database.kind === 'sqlite' ? openReader(database.file) : undefined;
  const queue = pLimit(AT_ONCE);

  /** Runs a search when its turn comes. Throws SearchRefused with advice if the database took too long. */
  async function queued<T>(typed: string, run: (db: Database) => Promise<T>): Promise<T> {
    if (queue.activeCount + queue.pendingCount >= AT_ONCE + WAITING_MAX) {
      throw new Unavailable('Too many searches at once');
    }
    return queue(() => run(reader ?? ctx.db)).catch((error: unknown) => {
      if (!isTimeout(error)) throw error;
      throw new SearchRefused(TOO_MANY, typed);
    });
  }

  const find: Search['find'] = async (viewer, typed, page = {}) => {
    const { cursor, best = false, counted = true } = page;
    const query = parseQuery(typed);
    if ('refused' in query) throw new SearchRefused(query.refused, typed);
    const match = await matchOf(ctx, viewer, query);
    if (!match) {
      return { query, posts: [], total: 0, atLeast: false, ranked: best, next: undefined };
    }
    const wanted = { match, visible: visibleTo(viewer) };
    const after = cursor === undefined ? undefined : readCursor(cursor);
    const { places, ...found } = await queued(typed, async (db) => {
      const { common, cpuMs } = isShared(db) ? QUICK : await isTooCommon(db, match);
      const counts = common ? await getMonths(ctx, viewer) : [];
      const list: List = async (range) => {
        const newest = await listNewest(db, wanted, { ...range, counts, spendMs: spendMs - cpuMs });
        // Refused, because a page that is not full would look like the end of the list.
        if (newest.cut && newest.places.length <= PAGE) throw new SearchRefused(TOO_MANY, typed);
        return newest;
      };
      const asked = { wanted, list };
      return best ? bestOf(db, asked, after) : newestOf(db, asked, { after, counted });
    });
    return { query, posts: await getPostsById(ctx, viewer, places), ...found };
  };

  return { find, close: async () => reader?.destroy() };
}

/** Undefined if nothing can match: no account has one of the names, or `viewer` reads no post with one of the tags. */
async function matchOf(
  ctx: Pick<Context, 'db'>,
  viewer: Viewer,
  query: Query,
): Promise<Match | undefined> {
  const termsOf = async (names: string[], find: (name: string) => Promise<string[]>) =>
    Promise.all(names.map(find));
  const byName = async (name: string) =>
    (await store.listAccountsNamed(ctx.db, name)).map(authorTerm);
  const byTag = async (name: string) => (await listTagIds(ctx, viewer, name)).map(tagTerm);
  const facts = [...(await termsOf(query.authors, byName)), ...(await termsOf(query.tags, byTag))];
  const notFacts = [
    ...(await termsOf(query.notAuthors, byName)),
    ...(await termsOf(query.notTags, byTag)),
  ];
  if (facts.some((terms) => terms.length === 0)) return undefined;
  // Otherwise each match would have to be read to find out whether it is public.
  if (!isMember(viewer)) notFacts.push([MEMBERS_TERM]);
  return { ...query, facts, notFacts: notFacts.flat() };
}

type PageOfPlaces = Pick<Found, 'total' | 'atLeast' | 'ranked' | 'next'> & {
  places: { id: number }[];
};
type List = (range: { after: Place | undefined; limit: number }) => Promise<Newest>;
interface Asked {
  wanted: store.Wanted;
  list: List;
}

async function newestOf(
  db: Database,
  { wanted, list }: Asked,
  { after, counted }: { after: Place | undefined; counted: boolean },
): Promise<PageOfPlaces> {
  const counts = counted && after === undefined;
  // PostgreSQL counts faster by a query of its own.
  const reads = counts && !isShared(db);
  const found = await list({ after, limit: reads ? COUNTED_MAX + 1 : PAGE + 1 });
  const { length } = found.places;
  const page = { ...pageOfNewest(found.places), ranked: false, atLeast: false };
  if (!counts) return { ...page, total: undefined };
  if (reads) return { ...page, total: length, atLeast: found.cut };
  if (page.next === undefined) return { ...page, total: length };
  try {
    return { ...page, total: await store.countMatches(db, wanted, COUNTED_MAX + 1) };
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return { ...page, total: length, atLeast: true };
  }
}

/**
 * Best first if possible. Otherwise the first page of the newest, because a cursor of the ranking
 * is no position in that list.
 */
async function bestOf(
  db: Database,
  { wanted, list }: Asked,
  after: Place | undefined,
): Promise<PageOfPlaces> {
  const { places, cut } = await list({ after: undefined, limit: COUNTED_MAX + 1 });
  const total = places.length;
  const all = places.map(({ id }) => id);
  const ranks = total > 0 && total <= COUNTED_MAX && !cut;
  const ids = ranks ? await rank(db, wanted.match, all) : undefined;
  if (ids) return { ...pageOfRanking(ids, after), total, atLeast: false, ranked: true };
  return { ...pageOfNewest(places), total, atLeast: cut, ranked: false };
}

function pageOfNewest(found: readonly Place[]) {
  const places = found.slice(0, PAGE);
  const last = found.length > PAGE ? places.at(-1) : undefined;
  return { places, next: last && cursorAfter(last) };
}

/**
 * The page after the post with which the page before ended, wherever that is by now. The cursor holds
 * its id, and the place it had, from which the page begins if the post is gone.
 */
function pageOfRanking(ids: readonly number[], after: Place | undefined) {
  const at = after ? ids.indexOf(after.id) : -1;
  const begin = at >= 0 ? at + 1 : (after?.date_posted ?? 0);
  const places = ids.slice(begin, begin + PAGE).map((id) => ({ id }));
  const [shown, last] = [begin + places.length, places.at(-1)];
  const next =
    last && shown < ids.length ? cursorAfter({ ...last, date_posted: shown }) : undefined;
  return { places, next };
}
