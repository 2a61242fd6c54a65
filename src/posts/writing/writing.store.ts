import type { Insertable } from 'kysely';
import type { Database, Transaction } from '../../db/database.ts';
import { SLOTS } from '../../db/migrations/0004-post-counts.ts';
import type { PostRow, Schema } from '../../db/schema.ts';

/** The columns of a post to change. */
export type PostChange = Partial<
  Pick<PostRow, 'title' | 'content' | 'format' | 'audience' | 'state' | 'edited_at'>
>;

/**
 * Returns the new post's id, or undefined if its author has sent a form with this key before.
 * Throws a foreign key violation if the author is gone.
 */
export async function insertPost(
  db: Database,
  post: Insertable<Schema['posts']>,
): Promise<number | undefined> {
  const inserted = await db
    .insertInto('posts')
    .values({ ...post, ...membersOnly(post) })
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'form_key']).where('form_key', 'is not', null).doNothing(),
    )
    .returning('id')
    .executeTakeFirst();
  return inserted?.id;
}

/** The post that a form with this key has created, if it has exactly this content. */
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

/** Changes a post that still has this version and state; false when it has not, or is gone. */
export async function updatePost(
  trx: Transaction,
  { id, version, state }: Pick<PostRow, 'id' | 'version' | 'state'>,
  change: PostChange,
): Promise<boolean> {
  const result = await trx
    .updateTable('posts')
    .set({ ...change, ...membersOnly(change), version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .where('state', '=', state)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** Keeps others from changing a post that still has this version; false when it has not, or is gone. */
export async function lockPost(
  trx: Transaction,
  { id, version }: Pick<PostRow, 'id' | 'version'>,
): Promise<boolean> {
  const row = await trx
    .selectFrom('posts')
    .select('id')
    .where('id', '=', id)
    .where('version', '=', version)
    .forUpdate()
    .executeTakeFirst();
  return row !== undefined;
}

/** Locks the rows that count an author's posts. Whoever changes counts of tags, too, locks these first, as triggers do. */
export async function lockCounts(trx: Transaction, userId: number): Promise<void> {
  const own = trx.selectFrom('post_counts').select('user_id').where('user_id', '=', userId);
  await own.forNoKeyUpdate().execute();
  const slot = trx
    .selectFrom('post_totals')
    .select('slot')
    .where('slot', '=', userId % SLOTS);
  await slot.forNoKeyUpdate().execute();
}

/** False if there was no such post; with `state`, none in this state. */
export async function deletePost(
  db: Database,
  id: number,
  state?: PostRow['state'],
): Promise<boolean> {
  const result = await db
    .deleteFrom('posts')
    .where('id', '=', id)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'published'))
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

function membersOnly({ audience }: { audience?: PostRow['audience'] | undefined }) {
  return audience && { members_only: audience === 'members' ? 1 : 0 };
}
