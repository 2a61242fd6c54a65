import { type Expression, sql } from 'kysely';
import { type Database, isShared } from '../db/database.ts';
import type { Counted, PostCondition } from '../auth/policy.ts';
import { tagNames } from '../tags/tags.service.ts';
import type { Place } from './cursor.ts';
import { type Month, startOf } from './archive/month.ts';
import type { Entry, PostWithText } from './post.ts';
import { POST_COLUMNS, withText } from './posts.store.ts';

/** The columns for lists: without the text and its markup, which may be long. */
const ENTRY_COLUMNS = [
  'posts.id',
  'posts.title',
  'posts.date_posted',
  'posts.user_id',
  'posts.state',
  'posts.audience',
  'posts.edited_at',
  'users.username',
  'users.picture_key',
  'post_texts.renderer',
  'post_texts.teaser',
  'post_texts.excerpt_cut',
  'post_texts.words',
  'post_texts.picture',
] as const;

/** Which posts: of everyone, or those that `of` names; newest first. */
export interface PostRange {
  /** Posts after this position; `skip` is then not used. */
  after?: Place | undefined;
  skip: number;
  limit: number;
  of?: Of | undefined;
  /** From `visibleTo` and `countFor`. */
  visible: PostCondition;
  counted: Counted;
}

/** Whose posts, or those with which tag. */
export type Whose = { userId: number } | { tagId: number };
/**
 * Restricts a list to a person or tag, a month, or both. Lists of a tag or a month have no hidden
 * posts.
 */
export type Of = (Whose & { month?: Month }) | { month: Month };
type Count = Pick<PostRange, 'counted' | 'of'>;

/** Posts with their authors and texts, and the total on all pages. */
export async function listPosts(
  db: Database,
  range: PostRange,
): Promise<{ posts: PostWithText[]; total: number }> {
  const posts = await pageOf(db, range)
    .select(POST_COLUMNS)
    .select(tagNames(db).as('tags'))
    .execute();
  return { posts: posts.map(withText), total: await totalOf(db, range, posts) };
}

/** The same for pages, without the texts. */
export async function listEntries(
  db: Database,
  range: PostRange,
): Promise<{ posts: Entry[]; total: number }> {
  const posts = await pageOf(db, range).select(ENTRY_COLUMNS).execute();
  return { posts, total: await totalOf(db, range, posts) };
}

async function totalOf(db: Database, range: Count, [first]: { total: number }[]) {
  if (first) return first.total;
  return (await db.selectNoFrom(total(db, range).as('total')).executeTakeFirstOrThrow()).total;
}

/**
 * The posts of a page, with the total in each row. An index holds everything that the inner
 * query needs, so skipping reads nothing else; the rest is looked up for the posts of the page
 * alone. Cross joins make SQLite keep this order of the tables.
 */
function pageOf(db: Database, range: PostRange) {
  const { after, skip, limit } = range;
  const newest = rangeOf(db, range)
    .orderBy('date_posted', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  const page = after ? newest.where(isBeside(db, '<', after)) : newest.offset(skip);
  return db
    .selectFrom(page.as('page'))
    .crossJoin('posts')
    .crossJoin('users')
    .whereRef('posts.id', '=', 'page.id')
    .whereRef('users.id', '=', 'posts.user_id')
    .leftJoin('post_texts', 'post_texts.post_id', 'posts.id')
    .select(total(db, range).as('total'))
    .orderBy('page.date_posted', 'desc')
    .orderBy('page.id', 'desc');
}

/** The visible posts of a list. */
function rangeOf(db: Database, range: Pick<PostRange, 'of' | 'visible' | 'counted'>) {
  const { of, visible } = range;
  if (of?.month !== undefined) {
    return publishedOf(db, range)
      .where('date_posted', '>=', startOf(of.month))
      .where('date_posted', '<', startOf(of.month, 1));
  }
  if (of && 'tagId' in of) return publishedOf(db, range);
  const posts = db.selectFrom('posts').select(['id', 'date_posted']).where(visible);
  return of && 'userId' in of ? posts.where('user_id', '=', of.userId) : posts;
}

/** The posts that are not hidden, of any month. Posts with a tag are read from that tag's own index. */
export function publishedOf(
  db: Database,
  { of, visible, counted }: Pick<PostRange, 'of' | 'visible' | 'counted'>,
) {
  const posts = db.selectFrom('posts').select(['id', 'date_posted']);
  if (of === undefined || !('tagId' in of)) {
    const published = posts.where(visible).where('state', '=', sql.lit('published'));
    return of && 'userId' in of ? published.where('user_id', '=', of.userId) : published;
  }
  const tagged = db
    .selectFrom('post_tags')
    .select(['post_id as id', 'date_posted'])
    .where('tag_id', '=', of.tagId)
    .where('state', '=', sql.lit('published'))
    .$if(counted.column === 'public', (query) => query.where('members_only', '=', sql.lit(0)));
  return db.selectFrom(tagged.as('posts')).select(['id', 'date_posted']) as typeof posts;
}

/**
 * Whether a post comes before (`<`) or after a position. Written so that it is one range of an
 * index. SQLite uses the id in it only if a collation is named, although numbers have none;
 * PostgreSQL does not accept one.
 */
export function isBeside(db: Database, sign: '<' | '>', { date_posted, id }: Place) {
  const collation = isShared(db) ? sql`` : sql` collate binary`;
  return sql<boolean>`(date_posted, id) ${sql.raw(sign)} (${date_posted}, ${id}${collation})`;
}

/** The number of posts: of everyone, of one user or with one tag. */
export async function countPosts(db: Database, counted: Counted, of?: Of): Promise<number> {
  return totalOf(db, { counted, of }, []);
}

/**
 * The number as SQL, not for a month. Cast, because both databases give a sum another type than its
 * values.
 */
function total(db: Database, { counted: { column, hiddenOf }, of }: Count) {
  const value = (counts: Expression<unknown>) => sql`coalesce((${counts}), 0)`;
  if (of && 'tagId' in of) {
    const tagged = db.selectFrom('tag_counts').select(column).where('tag_id', '=', of.tagId);
    return sql<number>`cast(${value(tagged)} as bigint)`;
  }
  const userId = of && 'userId' in of ? of.userId : undefined;
  const sumOf = (counts: Counted['column'] | 'hidden', id = userId) =>
    id === undefined
      ? db.selectFrom('post_totals').select((all) => all.fn.sum(counts).as('count'))
      : db.selectFrom('post_counts').select(counts).where('user_id', '=', id);
  const counted = value(sumOf(column));
  const theirs = typeof hiddenOf === 'number' && (userId ?? hiddenOf) === hiddenOf;
  if (hiddenOf !== 'everybody' && !theirs) return sql<number>`cast(${counted} as bigint)`;
  const hidden = value(theirs ? sumOf('hidden', hiddenOf) : sumOf('hidden'));
  return sql<number>`cast(${counted} + ${hidden} as bigint)`;
}
