import type { ExpressionBuilder } from 'kysely';
import type { Database } from '../db/database.ts';
import type { PostRow, Schema } from '../db/schema.ts';
import type { PostCondition } from '../auth/policy.ts';
import { namesOf, tagNames } from '../tags/tags.service.ts';
import type { PostWithAuthor, PostWithText, StoredText } from './post.ts';

/** The columns of a post, its author and its text that `withText` reads, except the names of its tags. */
export const POST_COLUMNS = [
  'posts.id',
  'posts.title',
  'posts.content',
  'posts.date_posted',
  'posts.user_id',
  'posts.format',
  'posts.state',
  'posts.audience',
  'posts.version',
  'posts.edited_at',
  'users.username',
  'users.picture_key',
  'post_texts.renderer',
  'post_texts.html',
  'post_texts.excerpt_html',
  'post_texts.excerpt_cut',
  'post_texts.teaser',
  'post_texts.plain',
  'post_texts.words',
  'post_texts.shown_plain',
  'post_texts.picture',
] as const;

const withAuthors = (db: Database) =>
  db
    .selectFrom('posts')
    .innerJoin('users', 'users.id', 'posts.user_id')
    .leftJoin('post_texts', 'post_texts.post_id', 'posts.id')
    .select(POST_COLUMNS)
    .select(tagNames(db).as('tags'));

/** The post with author and text, whatever its state; undefined if there is none with this id. */
export async function findPost(db: Database, id: number): Promise<PostWithText | undefined> {
  const row = await withAuthors(db).where('posts.id', '=', id).executeTakeFirst();
  return row && withText(row);
}

/** Those of these posts that are visible, in any order. */
export async function findPosts(
  db: Database,
  ids: readonly number[],
  visible: PostCondition,
): Promise<PostWithText[]> {
  const rows = await withAuthors(db)
    .where('posts.id', 'in', ids)
    .where((post) => visible(post as ExpressionBuilder<Schema, 'posts'>))
    .execute();
  return rows.map(withText);
}

type Row = Omit<PostWithAuthor, 'tags'> & { tags: string } & {
  [Column in keyof StoredText]: StoredText[Column] | null;
};

/**
 * Turns a row into a post. The text's columns become one value, because the outer join yields all
 * of them or none.
 */
export function withText({
  renderer,
  html,
  excerpt_html,
  excerpt_cut,
  teaser,
  plain,
  ...row
}: Row) {
  const { words, shown_plain, picture, tags, ...post } = row;
  const cut = { excerpt_html, excerpt_cut, teaser };
  const text = { renderer, html, ...cut, plain, words, shown_plain, picture };
  const stored = renderer === null ? null : (text as StoredText);
  return { ...post, tags: namesOf(tags), text: stored };
}

/** The titles of a user's posts, oldest first. */
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

/** The post with this id if it is the user's. */
export async function findPostOf(
  db: Database,
  { id, userId }: { id: number; userId: number },
): Promise<(PostRow & { tags: string[] }) | undefined> {
  const post = await db
    .selectFrom('posts')
    .selectAll()
    .select(tagNames(db).as('tags'))
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return post && { ...post, tags: namesOf(post.tags) };
}
