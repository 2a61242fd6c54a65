import type { Database, Transaction } from '../../db/database.ts';

/** Hides a published post; false unless it is one. */
export async function hidePost(trx: Transaction, id: number, reason: string): Promise<boolean> {
  const result = await trx
    .updateTable('posts')
    .set({ state: 'hidden', hidden_reason: reason })
    .where('id', '=', id)
    .where('state', '=', 'published')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

const SHOWN = { state: 'published', hidden_reason: null, hidden_with_author: 0 } as const;

/** Shows a hidden post again; false unless it is one. */
export async function restorePost(trx: Transaction, id: number): Promise<boolean> {
  const result = await trx
    .updateTable('posts')
    .set(SHOWN)
    .where('id', '=', id)
    .where('state', '=', 'hidden')
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Hides all published posts of an author, so that `restorePostsOf` finds these again. */
export async function hidePostsOf(trx: Transaction, userId: number, reason: string): Promise<void> {
  await trx
    .updateTable('posts')
    .set({ state: 'hidden', hidden_reason: reason, hidden_with_author: 1 })
    .where('user_id', '=', userId)
    .where('state', '=', 'published')
    .execute();
}

/** Shows the posts again that were hidden with their author; those hidden one by one stay hidden. */
export async function restorePostsOf(trx: Transaction, userId: number): Promise<void> {
  await trx
    .updateTable('posts')
    .set(SHOWN)
    .where('user_id', '=', userId)
    .where('state', '=', 'hidden')
    .where('hidden_with_author', '=', 1)
    .execute();
}

/** Why a post is hidden; undefined unless it is. */
export async function findHiddenReason(db: Database, id: number): Promise<string | undefined> {
  const post = await db
    .selectFrom('posts')
    .select('hidden_reason')
    .where('id', '=', id)
    .where('state', '=', 'hidden')
    .executeTakeFirst();
  return post && (post.hidden_reason ?? '');
}
