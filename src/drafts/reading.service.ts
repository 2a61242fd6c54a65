import { authorize, can } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import type { DraftRow, UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import * as store from './drafts.store.ts';

export const draftNotFound = () => new HttpError(404, 'Draft not found');

interface DraftsPage {
  drafts: DraftRow[];
  total: number;
  hasMore: boolean;
}

/** One page of the viewer's drafts, last saved first. */
export async function getDrafts(
  { db }: Context,
  viewer: UserRow,
  range: { skip: number; limit: number },
): Promise<DraftsPage> {
  const drafts = await store.listDrafts(db, viewer.id, range);
  const total = await store.countDrafts(db, viewer.id);
  return { drafts, total, hasMore: range.skip + drafts.length < total };
}

/** A draft of the viewer's. Throws 404 for all others. */
export async function getDraft(ctx: Context, viewer: UserRow, id: number): Promise<DraftRow> {
  const draft = await store.findDraft(ctx.db, id);
  const subject = { kind: 'draft', owner: draft?.user_id ?? 0 } as const;
  if (!draft || !can(viewer, 'read', subject)) throw draftNotFound();
  authorize(viewer, 'update', subject, 'Not authorized to update this draft');
  return draft;
}

/** The viewer's draft of this post. */
export async function getDraftOfPost(
  { db }: Context,
  viewer: UserRow,
  postId: number,
): Promise<DraftRow | undefined> {
  return store.findDraftOfPost(db, { userId: viewer.id, postId });
}

/** All drafts of the viewer without their contents, last saved first. */
export async function listDrafts({ db }: Context, viewer: UserRow): Promise<store.ListedDraft[]> {
  return store.listShortDrafts(db, { userId: viewer.id });
}

/** A draft of the viewer's without its content. Throws 404. */
export async function getListedDraft(
  { db }: Context,
  viewer: UserRow,
  id: number,
): Promise<store.ListedDraft> {
  const [draft] = await store.listShortDrafts(db, { userId: viewer.id, id });
  if (!draft) throw draftNotFound();
  return draft;
}

/** Whether somebody has drafts. */
export async function hasDrafts({ db }: Context, userId: number): Promise<boolean> {
  return store.hasDrafts(db, userId);
}

/** The titles of all drafts of a user, oldest first. */
export async function listDraftTitlesOf(
  ctx: Context,
  userId: number,
): Promise<Pick<DraftRow, 'id' | 'title'>[]> {
  return store.listDraftTitles(ctx.db, userId);
}

/** A whole draft, if it still exists and is the user's. */
export async function takeOwnDraft(
  ctx: Context,
  { id, userId }: { id: number; userId: number },
): Promise<DraftRow | undefined> {
  const draft = await store.findDraft(ctx.db, id);
  return draft?.user_id === userId ? draft : undefined;
}
