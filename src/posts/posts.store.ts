import { type Insertable, sql } from 'kysely';
import { type Database, isShared } from '../db/database.ts';
import type { PostRow, Schema } from '../db/schema.ts';
import type { PostCondition } from '../auth/policy.ts';
import type { Place } from './cursor.ts';
import type { PostWithAuthor } from './post.ts';

const COLUMNS = [
  'posts.id',
  'posts.title',
  'posts.content',
  'posts.date_posted',
  'posts.user_id',
  'users.username',
  'users.picture_key',
] as const;

/** Which posts: of everyone or of one user, newest first. */
export interface PostRange {
  /** those that come behind this place; then `skip` says nothing */
  after?: Place | undefined;
  skip: number;
  limit: number;
  userId?: number | undefined;
  /** from `visibleTo` */
  visible: PostCondition;
}

/**
 * Posts with their authors, and the total of all pages. An index holds all that the inner query asks, so that
 * skipping reads nothing else; what a page shows is looked up for its posts alone. The joins are cross joins, so
 * that SQLite keeps this order of the tables.
 */
export async function listPosts(
  db: Database,
  { after, skip, limit, userId, visible }: PostRange,
): Promise<{ posts: PostWithAuthor[]; total: number }> {
  const newest = db
    .selectFrom('posts')
    .select(['id', 'date_posted'])
    .where(visible)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? 0))
    .orderBy('date_posted', 'desc')
    .orderBy('id', 'desc')
    .limit(limit);
  const page = after ? newest.where(isBehind(db, after)) : newest.offset(skip);
  const posts = await db
    .selectFrom(page.as('page'))
    .crossJoin('posts')
    .crossJoin('users')
    .whereRef('posts.id', '=', 'page.id')
    .whereRef('users.id', '=', 'posts.user_id')
    .select(COLUMNS)
    .select(total(db, userId).as('total'))
    .orderBy('page.date_posted', 'desc')
    .orderBy('page.id', 'desc')
    .execute();
  return { posts, total: posts[0]?.total ?? (await countPosts(db, userId)) };
}

/**
 * As one range of an index. SQLite looks for the id in it only if a collation is named, though numbers have none;
 * PostgreSQL refuses one.
 */
function isBehind(db: Database, { date_posted, id }: Place) {
  const collation = isShared(db) ? sql`` : sql` collate binary`;
  return sql<boolean>`(date_posted, id) < (${date_posted}, ${id}${collation})`;
}

/** How many posts there are, of everyone or of one user. */
export async function countPosts(db: Database, userId?: number): Promise<number> {
  const row = await db.selectNoFrom(total(db, userId).as('total')).executeTakeFirstOrThrow();
  return row.total;
}

/** As a value within a statement; both databases make another type of a sum than of what is summed. */
function total(db: Database, userId: number | undefined) {
  const kept =
    userId === undefined
      ? db.selectFrom('post_totals').select((of) => of.fn.sum('posts').as('posts'))
      : db.selectFrom('post_counts').select('posts').where('user_id', '=', userId);
  return sql<number>`cast(coalesce((${kept}), 0) as bigint)`;
}

export async function findPost(db: Database, id: number): Promise<PostWithAuthor | undefined> {
  return db
    .selectFrom('posts')
    .innerJoin('users', 'users.id', 'posts.user_id')
    .select(COLUMNS)
    .where('posts.id', '=', id)
    .executeTakeFirst();
}

/** The titles of a user's posts, the oldest first. */
export async function listTitles(
  db: Database,
  userId: number,
): Promise<Pick<PostRow, 'id' | 'title'>[]> {
  return db
    .selectFrom('posts')
    .select(['id', 'title'])
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
}

/** The post of this id if it is the user's. */
export async function findPostOf(
  db: Database,
  { id, userId }: { id: number; userId: number },
): Promise<PostRow | undefined> {
  return db
    .selectFrom('posts')
    .selectAll()
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/**
 * The new post's id, or undefined when its author has sent a form of this key before. Throws a
 * foreign key violation when the author is gone.
 */
export async function insertPost(
  db: Database,
  post: Insertable<Schema['posts']>,
): Promise<number | undefined> {
  const inserted = await db
    .insertInto('posts')
    .values(post)
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'form_key']).where('form_key', 'is not', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  return inserted?.id;
}

/** The post that a form of this key has made, if it holds just this. */
export async function findPostOfForm(
  db: Database,
  { user_id, form_key, title, content }: Insertable<Schema['posts']>,
): Promise<number | undefined> {
  const post = await db
    .selectFrom('posts')
    .select('id')
    .where('user_id', '=', user_id)
    .where('form_key', '=', form_key ?? '')
    .where('title', '=', title)
    .where('content', '=', content)
    .executeTakeFirst();
  return post?.id;
}

/** Changes what is given; nothing happens when the post is gone. */
export async function updatePost(
  db: Database,
  id: number,
  change: Partial<Pick<PostRow, 'title' | 'content'>>,
): Promise<void> {
  await db.updateTable('posts').set(change).where('id', '=', id).execute();
}

/** False when there was no such post. */
export async function deletePost(db: Database, id: number): Promise<boolean> {
  const result = await db.deleteFrom('posts').where('id', '=', id).executeTakeFirst();
  return result.numDeletedRows === 1n;
}
