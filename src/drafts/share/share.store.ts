import type { Database } from '../../db/database.ts';
import type { DraftRow } from '../../db/schema.ts';

/** Sets the hash of the draft's link for readers, or null for no link; false without that draft. */
export async function setShareHash(
  db: Database,
  id: number,
  hash: string | null,
): Promise<boolean> {
  const result = await db
    .updateTable('drafts')
    .set({ share_hash: hash })
    .where('id', '=', id)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}

/** The draft behind a link, with its author's name. */
export async function findSharedDraft(
  db: Database,
  hash: string,
): Promise<(DraftRow & { username: string }) | undefined> {
  return db
    .selectFrom('drafts')
    .innerJoin('users', 'users.id', 'drafts.user_id')
    .selectAll('drafts')
    .select('users.username')
    .where('share_hash', '=', hash)
    .executeTakeFirst();
}
