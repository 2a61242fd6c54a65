import type { Database } from '../../db/database.ts';
import type { DraftRow, UserRow } from '../../db/schema.ts';

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

/** What decides whether the writer of a draft may still write. */
export type Writer = Pick<DraftRow, 'user_id'> & Pick<UserRow, 'role' | 'state'>;

/** The hash of the link of a draft that uses the picture with this key, and its writer; undefined without such a use. */
export async function findShareOfPicture(
  db: Database,
  { draftId, key }: { draftId: number; key: string },
): Promise<(Writer & { share_hash: string | null }) | undefined> {
  return db
    .selectFrom('drafts')
    .innerJoin('users', 'users.id', 'drafts.user_id')
    .innerJoin('picture_uses', 'picture_uses.draft_id', 'drafts.id')
    .innerJoin('post_pictures', 'post_pictures.id', 'picture_uses.picture_id')
    .select(['share_hash', 'drafts.user_id', 'users.role', 'users.state'])
    .where('drafts.id', '=', draftId)
    .where('post_pictures.key', '=', key)
    .executeTakeFirst();
}

/** The draft behind a link, with its writer. */
export async function findSharedDraft(
  db: Database,
  hash: string,
): Promise<(DraftRow & Writer & { username: string }) | undefined> {
  return db
    .selectFrom('drafts')
    .innerJoin('users', 'users.id', 'drafts.user_id')
    .selectAll('drafts')
    .select(['users.username', 'users.role', 'users.state'])
    .where('share_hash', '=', hash)
    .executeTakeFirst();
}
