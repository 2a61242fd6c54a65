import type { Insertable } from 'kysely';
import type { Database, Transaction } from '../../db/database.ts';
import type { Schema } from '../../db/schema.ts';

/** Notes which post a draft became. */
export async function insertPublishedDraft(
  trx: Transaction,
  published: Insertable<Schema['published_drafts']>,
): Promise<void> {
  await trx.insertInto('published_drafts').values(published).execute();
}

/** The id of the post that a user's draft became. */
export async function findPublishedDraft(
  db: Database,
  { draftId, userId }: { draftId: number; userId: number },
): Promise<number | undefined> {
  const row = await db
    .selectFrom('published_drafts')
    .select('post_id')
    .where('draft_id', '=', draftId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row?.post_id;
}

/** The id of the post that the draft behind a link for readers became. */
export async function findPublishedByShare(
  db: Database,
  hash: string,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('published_drafts')
    .select('post_id')
    .where('share_hash', '=', hash)
    .executeTakeFirst();
  return row?.post_id;
}
