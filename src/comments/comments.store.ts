import { type ExpressionBuilder, sql } from 'kysely';
import type { CommentCondition } from '../auth/policy.ts';
import type { Database } from '../db/database.ts';
import { firstRows, isOnly } from '../db/postgres/one-range.ts';
import type { Schema } from '../db/schema.ts';
import type { CommentWithAuthor } from './comment.ts';

const COLUMNS = [
  'comments.id',
  'comments.post_id',
  'comments.user_id',
  'comments.parent_id',
  'comments.anchor',
  'comments.anchor_revision',
  'comments.content',
  'comments.html',
  'comments.renderer',
  'comments.state',
  'comments.hidden_reason',
  'comments.created_at',
  'comments.edited_at',
  'users.username',
  'users.picture_key',
] as const;

/** Comments with the names and pictures of their authors, to be narrowed down. */
export const withAuthors = (db: Database) =>
  db.selectFrom('comments').leftJoin('users', 'users.id', 'comments.user_id').select(COLUMNS);

/** Applies a condition on `comments` to rows that are joined with their authors. */
export const onRows = (visible: CommentCondition) => (row: unknown) =>
  visible(row as ExpressionBuilder<Schema, 'comments'>);

/** The comment with its author; undefined if there is none with this id. */
export async function findComment(
  db: Database,
  id: number,
): Promise<CommentWithAuthor | undefined> {
  return withAuthors(db).where('comments.id', '=', id).executeTakeFirst();
}

/** Those of these comments that exist, with their authors, in any order. */
export async function findComments(
  db: Database,
  ids: readonly number[],
): Promise<CommentWithAuthor[]> {
  if (ids.length === 0) return [];
  return withAuthors(db).where('comments.id', 'in', ids).execute();
}

/** What is kept of a post's comments: how many are visible, and whether it takes more. */
interface PostState {
  count: number;
  closed: boolean;
}

/** Undefined if there is no such post. */
export async function findPostState(db: Database, postId: number): Promise<PostState | undefined> {
  const found = await db
    .selectFrom('posts')
    .select((row) => [
      'comments_closed',
      row
        .selectFrom('comment_counts')
        .select((of) => of.fn.sum<number | string | null>('comments').as('comments'))
        .where('post_id', '=', postId)
        .as('count'),
    ])
    .where('id', '=', postId)
    .executeTakeFirst();
  return found && { count: Number(found.count ?? 0), closed: found.comments_closed === 1 };
}

/**
 * Comments on a post with a higher id than `after`, oldest first: those for which `visible` holds,
 * and others that have visible replies.
 */
export async function listComments(
  db: Database,
  given: { postId: number; after: number; limit: number; visible: CommentCondition },
): Promise<CommentWithAuthor[]> {
  const { postId, after, limit, visible } = given;
  return withAuthors(db)
    .where(isOnly(db, 'comments.post_id', postId))
    .where('comments.id', '>', after)
    .where((row) => row.or([onRows(visible)(row), hasReplies(db)]))
    .orderBy('comments.post_id')
    .orderBy('comments.id')
    .limit(firstRows(db, limit))
    .execute();
}

/**
 * Whether a comment that is not shown itself has replies. Neither `exists` nor a subquery without an order: PostgreSQL
 * may read all comments of the blog for these.
 */
const hasReplies = (db: Database) => sql<boolean>`
  comments.parent_id is null and comments.state in ('hidden', 'removed') and (
    select replies.id from comments as replies
    where ${isOnly(db, 'replies.parent_id', sql.ref('comments.id'))} and replies.state = 'visible'
    order by replies.parent_id limit 1
  ) is not null`;

/** Visible comments that point at the same paragraph. */
export interface Anchored {
  anchor: string;
  count: number;
  /** the id of the oldest */
  first: number;
}

/** What the comments on a post point at. */
export async function listAnchored(db: Database, postId: number): Promise<Anchored[]> {
  const rows = await db
    .selectFrom('comments')
    .select((row) => [
      row.ref('anchor').$notNull().as('anchor'),
      row.fn.countAll<number | string>().as('count'),
      row.fn.min('id').as('first'),
    ])
    .where('post_id', '=', postId)
    .where('anchor', 'is not', null)
    .where('state', '=', sql.lit('visible' as const))
    .groupBy('anchor')
    .execute();
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

/** The ids of a user's comments, oldest first, without removed ones. */
export async function listIdsOf(db: Database, userId: number): Promise<number[]> {
  const rows = await db
    .selectFrom('comments')
    .select('id')
    .where('user_id', '=', userId)
    .where('state', '<>', 'removed')
    .orderBy('created_at')
    .execute();
  return rows.map(({ id }) => id);
}
