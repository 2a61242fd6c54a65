import type { Context } from '../../context.ts';
import type { Transaction } from '../../db/database.ts';
import type { RevisionRow, UserRow } from '../../db/schema.ts';
import { recordUses } from '../../pictures/posts/picture-uses.service.ts';
import type { PostWithAuthor } from '../post.ts';
import { getPostFor } from '../posts.service.ts';
import { findExpiredRevisions } from './revisions-kept.ts';
import * as store from './revisions.store.ts';

export {
  deleteRevisionsOfDraft,
  hasHistory,
  moveRevisionsToPost,
  newestPublished,
} from './revisions.store.ts';

/**
 * Adds a revision of a post or a draft and returns its id; deletes those before it that are kept no
 * longer.
 */
export async function addRevision(trx: Transaction, revision: store.NewRevision): Promise<number> {
  const id = await store.insertRevision(trx, revision);
  await recordUses(trx, { revision_id: id }, { content: revision.content, replaced: '' });
  const { post_id: postId = null, draft_id: draftId = null, created_at: now } = revision;
  const all = await store.listSizes(trx, { postId, draftId });
  await store.deleteRevisions(trx, findExpiredRevisions(all, now));
  return id;
}

type Text = Pick<PostWithAuthor, 'title' | 'content' | 'format' | 'tags'>;

/**
 * Adds a revision of what a post was changed to. If the post has none yet (it was imported,
 * restored, or written before revisions existed), the replaced text is added first. `by`: who
 * changed it; `now`: microseconds.
 */
export async function addChange(
  trx: Transaction,
  before: PostWithAuthor,
  after: Text & { by: number; now: number },
): Promise<void> {
  const { id: post_id, user_id } = before;
  if ((await store.newestPublished(trx, post_id)) === null) {
    const created_at = before.edited_at ?? before.date_posted;
    await addRevision(trx, { post_id, user_id, ...textOf(before), published: true, created_at });
  }
  const revision = { post_id, user_id: after.by, published: true, created_at: after.now };
  await addRevision(trx, { ...revision, ...textOf(after) });
}

const textOf = ({ title, content, format, tags }: Text) => ({
  title,
  content,
  format,
  tags: JSON.stringify(tags),
});

/** Bytes of text in one page of revisions, unless a single one has more. */
const PAGE_BYTES = 1024 * 1024;

/**
 * A page of the post's revisions, newest first: those before the revision `before`. `next` is the
 * `before` of the next page, null after the last. Throws 404, 403.
 */
export async function getRevisions(
  ctx: Context,
  viewer: UserRow,
  postId: number,
  { before, limit }: { before?: number | undefined; limit: number },
): Promise<{ revisions: RevisionRow[]; next: number | null }> {
  await getPostFor(ctx, viewer, postId, 'see-history');
  const range = { postId, draftId: null, before, limit, maxBytes: PAGE_BYTES };
  const { revisions, more } = await store.listRevisions(ctx.db, range);
  return { revisions, next: more ? (revisions.at(-1)?.id ?? null) : null };
}

/** The ids of all revisions that a user saved, oldest first. */
export async function listRevisionIdsOf(ctx: Context, userId: number): Promise<number[]> {
  return store.listRevisionIds(ctx.db, userId);
}

/** A whole revision, if it still exists and the user saved it. */
export async function takeOwnRevision(
  ctx: Context,
  of: { id: number; userId: number },
): Promise<RevisionRow | undefined> {
  return store.findRevisionOf(ctx.db, of);
}
