import type { Insertable } from 'kysely';
import type { Database } from '../db/database.ts';
import type { PostRow, Schema } from '../db/schema.ts';
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
  skip: number;
  limit: number;
  userId?: number | undefined;
}

/**
 * One page of posts with their authors. The limit stands in a subselect, else every skipped post
 * would be joined; the join is a cross join, so that SQLite keeps this order of the tables.
 */
export async function listPosts(db: Database, range: PostRange): Promise<PostWithAuthor[]> {
  const page = db
    .selectFrom('posts')
    .selectAll()
    .$if(range.userId !== undefined, (query) => query.where('user_id', '=', range.userId ?? 0))
    .orderBy('date_posted', 'desc')
    .orderBy('id', 'desc')
    .limit(range.limit)
    .offset(range.skip);
  return db
    .selectFrom(page.as('posts'))
    .crossJoin('users')
    .whereRef('users.id', '=', 'posts.user_id')
    .select(COLUMNS)
    .orderBy('posts.date_posted', 'desc')
    .orderBy('posts.id', 'desc')
    .execute();
}

export async function countPosts(db: Database, userId?: number): Promise<number> {
  const row = await db
    .selectFrom('posts')
    .select((of) => of.fn.countAll<number>().as('total'))
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? 0))
    .executeTakeFirstOrThrow();
  return row.total;
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

/** Those of these posts that are the user's, the oldest first. */
export async function findPostsOf(db: Database, userId: number, ids: number[]): Promise<PostRow[]> {
  return db
    .selectFrom('posts')
    .selectAll()
    .where('id', 'in', ids)
    .where('user_id', '=', userId)
    .orderBy('id')
    .execute();
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
