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

/** The hash of the link of a draft that uses the picture with this key; undefined without a link or such a use. */
export async function findShareOfPicture(
  db: Database,
  { draftId, key }: { draftId: number; key: string },
): Promise<string | undefined> {
  const row = await db
    .selectFrom('drafts')
    .innerJoin('picture_uses', 'picture_uses.draft_id', 'drafts.id')
    .innerJoin('post_pictures', 'post_pictures.id', 'picture_uses.picture_id')
    .select('share_hash')
    .where('drafts.id', '=', draftId)
    .where('post_pictures.key', '=', key)
    .executeTakeFirst();
  return row?.share_hash ?? undefined;
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
