import pLimit from 'p-limit';
import { type Viewer, visibleTo } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/database.ts';
import { isTimeout } from '../db/errors.ts';
import { openReader } from '../db/sqlite/reader.ts';
import { Unavailable, ValidationError } from '../errors.ts';
import { cursorAfter, type Place, readCursor } from '../posts/cursor.ts';
import { authorTerm, type PostWithText } from '../posts/post.ts';
import { getPostsById } from '../posts/posts.service.ts';
import type { Match } from './match.ts';
import { parseQuery, type Query } from './query.ts';
import * as store from './search.store.ts';

/** Posts on a page. */
const PAGE = 20;
/** Matches are counted up to this number. */
export const COUNTED_MAX = 1000;
/** Searches at once in each process, and those that may wait; further ones get a 503. */
const AT_ONCE = 2;
const WAITING_MAX = 16;

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
export interface Found {
  query: Query;
  posts: PostWithText[];
  /** How many there are on all pages, `COUNTED_MAX + 1` if more; undefined on later pages. */
  total: number | undefined;
  /** The cursor of the next page, if there is one. */
  next: string | undefined;
}

export interface Search {
  /**
   * The posts that `viewer` may read and that match what was typed, newest first. Throws
   * SearchRefused, and Unavailable when too many search.
   */
  find: (viewer: Viewer, typed: string, cursor?: string) => Promise<Found>;
  close: () => Promise<void>;
}

/** On SQLite, searches run in threads, which a long one keeps busy instead of the server. */
export function createSearch(ctx: Pick<Context, 'db' | 'config'>): Search {
  const { database } = ctx.config;
  const reader = database.kind === 'sqlite' ? openReader(database.file) : undefined;
  const queue = pLimit(AT_ONCE);

  async function find(viewer: Viewer, typed: string, cursor?: string): Promise<Found> {
    const query = parseQuery(typed);
    if ('refused' in query) throw new SearchRefused(query.refused, typed);
    const match = await matchOf(ctx.db, query);
    if (!match) return { query, posts: [], total: 0, next: undefined };
    const wanted = { match, visible: visibleTo(viewer) };
    const after = cursor === undefined ? undefined : readCursor(cursor);
    if (queue.activeCount + queue.pendingCount >= AT_ONCE + WAITING_MAX) {
      throw new Unavailable('Too many searches at once');
    }
    const found = await queue(() => matchesOf(reader ?? ctx.db, wanted, after)).catch(
      (error: unknown) => {
        if (!isTimeout(error)) throw error;
        throw new SearchRefused('Too many matches: add a rarer word', typed);
      },
    );
    const places = found.places.slice(0, PAGE);
    const posts = await getPostsById(ctx, viewer, places);
    const last = found.places.length > PAGE ? places.at(-1) : undefined;
    return { query, posts, total: found.total, next: last && cursorAfter(last) };
  }

  return { find, close: async () => reader?.destroy() };
}

/** Undefined if no account has one of the names, so that nothing can match. */
async function matchOf(db: Database, query: Query): Promise<Match | undefined> {
  const termsOfName = async (name: string) =>
    (await store.listAccountsNamed(db, name)).map(authorTerm);
  const facts = await Promise.all(query.authors.map(termsOfName));
  const notFacts = await Promise.all(query.notAuthors.map(termsOfName));
  if (facts.some((terms) => terms.length === 0)) return undefined;
  return { ...query, facts, notFacts: notFacts.flat() };
}

async function matchesOf(
  db: Database,
  wanted: store.Wanted,
  after: Place | undefined,
): Promise<{ places: Place[]; total: number | undefined }> {
  const places = await store.listMatches(db, wanted, { after, limit: PAGE + 1 });
  if (after) return { places, total: undefined };
  if (places.length <= PAGE) return { places, total: places.length };
  return { places, total: await store.countMatches(db, wanted, COUNTED_MAX + 1) };
}
