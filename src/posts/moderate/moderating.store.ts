import { sql } from 'kysely';
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

/**
 * Shows posts again that were hidden together with their author (posts hidden one by one stay
 * hidden): those of `userId`, or of all authors who are no longer suspended.
 */
export async function restorePostsOf(trx: Transaction, userId?: number): Promise<void> {
  await trx
    .updateTable('posts')
    .set(SHOWN)
    // As a literal, so that the partial index is used.
    .where('hidden_with_author', '=', sql.lit(1))
    .where('state', '=', 'hidden')
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId ?? 0))
    .$if(userId === undefined, (query) =>
      query.where('user_id', 'not in', (of) =>
        of.selectFrom('users').select('id').where('state', '=', sql.lit('suspended')),
      ),
    )
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

/**
 * Gives an author's published and hidden posts, with the pictures they show, to another account;
 * the revisions of their drafts are deleted. Both accounts are locked. Returns the ids of the
 * posts.
 */
export async function handOverPosts(
  trx: Transaction,
  { from, to }: { from: number; to: number },
): Promise<number[]> {
  // Before the posts, so that no deadlock with people who are writing is possible.
  await trx
    .selectFrom('post_counts')
    .select('user_id')
    .where('user_id', 'in', [from, to])
    .orderBy('user_id')
    .forUpdate()
    .execute();
  const posts = await trx
    .updateTable('posts')
    .set({ user_id: to, form_key: null })
    .where('user_id', '=', from)
    .where('state', '<>', 'unpublished')
    .returning('id')
    .execute();
  const ids = posts.map(({ id }) => id);
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const some = ids.slice(at, at + AT_ONCE);
    await trx
      .deleteFrom('revisions')
      .where('post_id', 'in', some)
      .where('published', '=', 0)
      .execute();
    // Posts are indexed under their author, so they must be indexed again.
    await trx.updateTable('post_texts').set({ indexed: 0 }).where('post_id', 'in', some).execute();
    await handOverPictures(trx, { from, to, posts: some });
  }
  return ids;
}

/** Both databases limit the bound values of a statement to a few thousand. */
const AT_ONCE = 200;

/** Gives the pictures that these posts use to another account, in the ledger too. */
async function handOverPictures(
  trx: Transaction,
  { from, to, posts }: { from: number; to: number; posts: number[] },
): Promise<void> {
  const moved = await trx
    .updateTable('post_pictures')
    .set({ user_id: to })
    .where('user_id', '=', from)
    .where('id', 'in', (of) =>
      of.selectFrom('picture_uses').select('picture_id').where('post_id', 'in', posts),
    )
    .returning('key')
    .execute();
  if (moved.length === 0) return;
  const keys = moved.map(({ key }) => key);
  await trx.updateTable('pictures').set({ user_id: to }).where('key', 'in', keys).execute();
}
