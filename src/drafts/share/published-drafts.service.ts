import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { findPublishedDraft } from './published-drafts.store.ts';

/** The id of the post that the viewer's draft became; undefined if it did not. */
export async function findPostOfDraft(
  { db }: Context,
  viewer: UserRow,
  draftId: number,
): Promise<number | undefined> {
  return findPublishedDraft(db, { draftId, userId: viewer.id });
}
