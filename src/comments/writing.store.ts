import type { Insertable } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { CommentRow, Schema } from '../db/schema.ts';
import type { NamedPerson } from '../text/rendered.ts';

/** The user's comment on this post with this text since `since`, as a reply to the same one. */
export async function findSame(
  db: Database,
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

/** The comment that a form with this key has created, if it is on this post and has exactly this text. */
export async function findOfForm(
  trx: Transaction,
  { user_id, form_key, post_id, content }: Insertable<Schema['comments']>,
): Promise<number | undefined> {
  const found = await trx
    .selectFrom('comments')
    .select('id')
    .where('user_id', '=', user_id ?? 0)
    .where('form_key', '=', form_key ?? '')
    .where('post_id', '=', post_id)
    .where('content', '=', content)
    .executeTakeFirst();
  return found?.id;
}

/** Changes a comment that is in one of these states; false if it is not, or is gone. */
export async function updateComment(
  trx: Transaction,
  { id, states }: { id: number; states: readonly CommentRow['state'][] },
  change: Partial<
    Pick<
      CommentRow,
      'content' | 'html' | 'renderer' | 'edited_at' | 'state' | 'hidden_reason' | 'form_key'
    >
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

/** The people with these name keys. */
export async function findPeople(db: Database, keys: readonly string[]): Promise<NamedPerson[]> {
  if (keys.length === 0) return [];
  return db
    .selectFrom('users')
    .select(['id', 'username', 'username_key as key'])
    .where('username_key', 'in', keys)
    .execute();
}

/** Closes a post for comments, or opens it again. */
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
