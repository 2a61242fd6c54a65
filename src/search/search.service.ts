import pLimit from 'p-limit';
import { isMember, type Viewer, visibleTo } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import type { Database } from '../db/database.ts';
import { isTimeout } from '../db/errors.ts';
import { openReader } from '../db/sqlite/reader.ts';
import { Unavailable, ValidationError } from '../errors.ts';
import { cursorAfter, type Place, readCursor } from '../posts/cursor.ts';
import { authorTerm, PUBLIC_TERM, type PostWithText } from '../posts/post.ts';
import { getPostsById } from '../posts/posts.service.ts';
import { tagTerm } from '../tags/tag.ts';
import { listTagIds } from '../tags/tags.service.ts';
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
    const match = await matchOf(ctx, viewer, query);
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
  // Without it, each match would be read to find out whether everybody may read it.
  if (!isMember(viewer)) facts.push([PUBLIC_TERM]);
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
