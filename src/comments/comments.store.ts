import { type ExpressionBuilder, type Insertable, sql } from 'kysely';
import type { CommentCondition } from '../auth/policy.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { CommentRow, Schema, UserRow } from '../db/schema.ts';
import type { NamedPerson } from '../text/rendered.ts';
import type { CommentWithAuthor } from './comment.ts';

type Db = Database | Transaction;

const COLUMNS = [
  'comments.id',
  'comments.post_id',
  'comments.user_id',
  'comments.parent_id',
  'comments.anchor',
  'comments.anchor_revision',
  'comments.content',
  'comments.html',
  'comments.state',
  'comments.hidden_reason',
  'comments.created_at',
  'comments.edited_at',
  'users.username',
  'users.picture_key',
] as const;

const withAuthors = (db: Db) =>
  db.selectFrom('comments').leftJoin('users', 'users.id', 'comments.user_id').select(COLUMNS);

/** Joined with their authors, the rows are still of `comments`. */
const onRows = (visible: CommentCondition) => (row: unknown) =>
  visible(row as ExpressionBuilder<Schema, 'comments'>);

export async function findComment(db: Db, id: number): Promise<CommentWithAuthor | undefined> {
  return withAuthors(db).where('comments.id', '=', id).executeTakeFirst();
}

export async function findComments(
  db: Database,
  ids: readonly number[],
): Promise<CommentWithAuthor[]> {
  if (ids.length === 0) return [];
  return withAuthors(db).where('comments.id', 'in', ids).execute();
}

/** What is kept of a post's comments: how many are visible, and whether it takes more. */
export interface PostState {
  count: number;
  closed: boolean;
}

/** Undefined without such a post. */
export async function findPostState(db: Db, postId: number): Promise<PostState | undefined> {
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
    .where('comments.post_id', '=', postId)
    .where('comments.id', '>', after)
    .where((row) => row.or([onRows(visible)(row), hasReplies]))
    .orderBy('comments.id')
    .limit(limit)
    .execute();
}

/** For comments that are not shown themselves. */
const hasReplies = sql<boolean>`comments.parent_id is null and comments.state in ('hidden', 'removed')
  and exists (
    select 1 from comments as replies
    where replies.parent_id = comments.id and replies.state = 'visible'
  )`;

/** The place of a comment among those on its post: each comment is followed by the replies to it. */
export interface Place {
  thread: number;
  id: number;
}

export const placeOf = ({ id, parent_id }: Pick<CommentRow, 'id' | 'parent_id'>): Place => ({
  thread: parent_id ?? id,
  id,
});

/** Which comments: in threads, those behind a place, or those before it, the last ones first. */
export interface ThreadRange {
  postId: number;
  after?: Place | undefined;
  before?: Place | undefined;
  limit: number;
  visible: CommentCondition;
}

/** Each query is one range of the index: the rest of the place's thread, then other threads. */
export async function listThreads(db: Database, range: ThreadRange): Promise<CommentWithAuthor[]> {
  const { postId, after, before, limit, visible } = range;
  const [place, sign, order] = before
    ? ([before, '<', 'desc'] as const)
    : ([after ?? { thread: 0, id: 0 }, '>', 'asc'] as const);
  const thread = sql<number>`coalesce(comments.parent_id, comments.id)`;
  const list = (count: number) =>
    withAuthors(db)
      .where('comments.post_id', '=', postId)
      // The index has this condition in the same words.
      .where('comments.state', '<>', sql.lit('removed' as const))
      .where(onRows(visible))
      .limit(count);
  const rest = after ?? before;
  const same = rest
    ? await list(limit)
        .where(thread, '=', place.thread)
        .where('comments.id', sign, place.id)
        .orderBy('comments.id', order)
        .execute()
    : [];
  if (same.length === limit) return same;
  const others = await list(limit - same.length)
    .where(thread, sign, place.thread)
    .orderBy(thread, order)
    .orderBy('comments.id', order)
    .execute();
  return [...same, ...others];
}

/** The user's comment on this post with this text since `since`, as a reply to the same one. */
export async function findSame(
  db: Db,
  given: Pick<CommentRow, 'post_id' | 'parent_id' | 'content'> & { userId: number; since: number },
): Promise<number | undefined> {
  const { userId, since, parent_id: parent } = given;
  const row = await db
    .selectFrom('comments')
    .select('id')
    .where('user_id', '=', userId)
    .where('created_at', '>', since)
    .where('post_id', '=', given.post_id)
    .where('content', '=', given.content)
    .where('parent_id', parent === null ? 'is' : '=', parent)
    .where('state', '<>', 'removed')
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row?.id;
}

/** The account, which neither changes nor comments elsewhere until the transaction ends. */
export async function lockAuthor(trx: Transaction, id: number): Promise<UserRow | undefined> {
  // Others may refer to it meanwhile, such as a notice: two who answer each other must not wait.
  const query = trx.selectFrom('users').selectAll().where('id', '=', id);
  return query.forNoKeyUpdate().executeTakeFirst();
}

/** Returns the new comment's id, or undefined if its author has sent a form with this key before. */
export async function insertComment(
  trx: Transaction,
  comment: Insertable<Schema['comments']>,
): Promise<number | undefined> {
  const inserted = await trx
    .insertInto('comments')
    .values(comment)
    .onConflict((conflict) => conflict.columns(['user_id', 'form_key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id;
}

/** The comment that a form with this key has created, if it has exactly this text. */
export async function findOfForm(
  trx: Transaction,
  { user_id, form_key, content }: Insertable<Schema['comments']>,
): Promise<number | undefined> {
  const found = await trx
    .selectFrom('comments')
    .select('id')
    .where('user_id', '=', user_id ?? 0)
    .where('form_key', '=', form_key ?? '')
    .where('content', '=', content)
    .executeTakeFirst();
  return found?.id;
}

/** Changes a comment that is in one of these states; false if it is not, or is gone. */
export async function updateComment(
  trx: Transaction,
  { id, states }: { id: number; states: readonly CommentRow['state'][] },
  change: Partial<
    Pick<CommentRow, 'content' | 'html' | 'edited_at' | 'state' | 'hidden_reason' | 'form_key'>
  >,
): Promise<boolean> {
  const result = await trx
    .updateTable('comments')
    .set(change)
    .where('id', '=', id)
    .where('state', 'in', states)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Whether any comment by this user is visible. */
export async function hasVisible(trx: Transaction, userId: number): Promise<boolean> {
  const found = await trx
    .selectFrom('comments')
    .select('id')
    .where('user_id', '=', userId)
    .where('state', '=', 'visible')
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

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

/** Comments that wait for an editor, with a higher id than `after`, oldest first. */
export async function listHeld(
  db: Database,
  { after, limit }: { after: number; limit: number },
): Promise<CommentWithAuthor[]> {
  return withAuthors(db)
    .where('comments.state', '=', sql.lit('held' as const))
    .where('comments.id', '>', after)
    .orderBy('comments.id')
    .limit(limit)
    .execute();
}

/** The people with these name keys. */
export async function findPeople(db: Db, keys: readonly string[]): Promise<NamedPerson[]> {
  if (keys.length === 0) return [];
  return db
    .selectFrom('users')
    .select(['id', 'username', 'username_key as key'])
    .where('username_key', 'in', keys)
    .execute();
}

export async function setCommentsClosed(
  trx: Transaction,
  postId: number,
  closed: boolean,
): Promise<void> {
  await trx
    .updateTable('posts')
    .set({ comments_closed: closed ? 1 : 0 })
    .where('id', '=', postId)
    .execute();
}
