import type { ExpressionBuilder } from 'kysely';
import type { PostCondition } from '../../auth/policy.ts';
import type { Database, Transaction } from '../../db/database.ts';
import type { PostRow, Schema } from '../../db/schema.ts';
import type { PostHead } from '../post.ts';

/** The pinned posts that are visible, the last one pinned first. */
export async function listPinned(db: Database, visible: PostCondition): Promise<PostHead[]> {
  return db
    .selectFrom('pinned_posts')
    .crossJoin('posts')
    .crossJoin('users')
    .whereRef('posts.id', '=', 'pinned_posts.post_id')
    .whereRef('users.id', '=', 'posts.user_id')
    .where((post) => visible(post as unknown as ExpressionBuilder<Schema, 'posts'>))
    .select(['posts.id', 'posts.title', 'posts.date_posted', 'posts.user_id', 'posts.audience'])
    .select(['posts.state', 'posts.edited_at', 'users.username', 'users.picture_key'])
    .orderBy('pinned_at', 'desc')
    .orderBy('place', 'desc')
    .execute();
}

/** Whether the post is pinned. */
export async function isPinned(db: Database, postId: number): Promise<boolean> {
  const row = await db
    .selectFrom('pinned_posts')
    .select('place')
    .where('post_id', '=', postId)
    .executeTakeFirst();
  return row !== undefined;
}

/** The posts in the places, by place. */
export async function listPlaces(
  trx: Transaction,
): Promise<({ place: number } & Pick<PostRow, 'id' | 'title' | 'state'>)[]> {
  return trx
    .selectFrom('pinned_posts')
    .innerJoin('posts', 'posts.id', 'pinned_posts.post_id')
    .select(['place', 'posts.id', 'title', 'state'])
    .orderBy('place')
    .execute();
}

/** Throws a unique violation if the place is taken, or the post pinned; a foreign key violation if it is gone. */
export async function insertPin(
  trx: Transaction,
  pin: { place: number; post_id: number; pinned_at: number },
): Promise<void> {
  await trx.insertInto('pinned_posts').values(pin).execute();
}

/** False if it was not pinned. */
export async function deletePin(trx: Transaction, postId: number): Promise<boolean> {
  const result = await trx
    .deleteFrom('pinned_posts')
    .where('post_id', '=', postId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}
