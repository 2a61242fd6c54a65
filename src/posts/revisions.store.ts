import type { Insertable } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { Schema } from '../db/schema.ts';

/** A text that was saved, as a revision holds it. */
export type NewRevision = Pick<
  Insertable<Schema['revisions']>,
  'post_id' | 'user_id' | 'title' | 'content' | 'format' | 'tags' | 'created_at'
> & {
  draft_id?: number | null;
  /** Whether the post was published so. */
  published: boolean;
};

/** Adds a revision and returns its id. */
export async function insertRevision(
  trx: Transaction,
  { published, ...revision }: NewRevision,
): Promise<number> {
  const { id } = await trx
    .insertInto('revisions')
    .values({ ...revision, published: published ? 1 : 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** The id of the post's newest published revision; null if it has none, as a post from before there were any. */
export async function newestPublished(
  db: Database | Transaction,
  postId: number,
): Promise<number | null> {
  const newest = await db
    .selectFrom('revisions')
    .select('id')
    .where('post_id', '=', postId)
    .where('published', '=', 1)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest?.id ?? null;
}

/** Makes the revisions of a draft those of the post that it was published as. */
export async function moveRevisionsToPost(
  trx: Transaction,
  { draftId, postId }: { draftId: number; postId: number },
): Promise<void> {
  await trx
    .updateTable('revisions')
    .set({ post_id: postId })
    .where('draft_id', '=', draftId)
    .where('post_id', 'is', null)
    .execute();
}

/** Deletes the revisions of a draft that was never published. */
export async function deleteRevisionsOfDraft(trx: Transaction, draftId: number): Promise<void> {
  await trx
    .deleteFrom('revisions')
    .where('draft_id', '=', draftId)
    .where('post_id', 'is', null)
    .execute();
}
