import { authorize } from '../../auth/policy.ts';
import { lockAccount } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { UserRow } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { HttpError } from '../../errors.ts';
import { logDeed } from '../../moderation/log.service.ts';
import { postSubject, type PostWithAuthor } from '../../posts/post.ts';
import { getPostFor, REFUSED } from '../../posts/posts.service.ts';
import type { CommentWithAuthor } from '../comment.ts';
import { authorizeFor, commentNotFound, getCommentFor } from '../comments.service.ts';
import * as store from '../comments.store.ts';
import * as writing from '../writing.store.ts';
import { notifyOfComment } from '../comment-notices.service.ts';
import { renderComment } from '../text.service.ts';
import { REMOVED } from '../writing.service.ts';
import { isStorable, UNSTORABLE } from '../../unicode/storable.ts';

/** Code points of why a comment is hidden or removed. */
const REASON_MAX = 500;

/** What was acted on. */
interface Moderated {
  comment: CommentWithAuthor;
  post: PostWithAuthor;
}

/** Hides a comment from readers, with the reason for its author. Throws 404, 403, 422. */
export async function hideComment(
  ctx: Context,
  actor: UserRow,
  id: number,
  reason: string,
): Promise<Moderated> {
  const found = await getCommentFor(ctx, actor, id, 'hide');
  const change = { state: 'hidden' as const, hidden_reason: checked(reason) };
  await act(ctx, actor, found, {
    needs: 'hide',
    from: ['visible', 'held'],
    change,
    action: 'comment hidden',
  });
  return found;
}

/** Shows a hidden comment again, or a held one for the first time; a visible one stays as it is. Throws 404, 403. */
export async function restoreComment(ctx: Context, actor: UserRow, id: number): Promise<Moderated> {
  const found = await getCommentFor(ctx, actor, id, 'moderate');
  const { comment, post } = found;
  const action = comment.state === 'held' ? 'comment approved' : 'comment restored';
  const { mentioned } = await renderComment(ctx, comment.content);
  const parent = comment.parent_id && (await store.findComment(ctx.db, comment.parent_id));
  const change = { state: 'visible' as const, hidden_reason: null };
  const doing = { needs: 'moderate', from: ['hidden', 'held'], change, action } as const;
  await act(ctx, actor, found, doing, async (trx) => {
    const author = comment.user_id ?? 0;
    const answered = parent ? [parent] : [];
    await notifyOfComment(trx, ctx.clock, { id, author, post, answered, mentioned });
  });
  return found;
}

/** Removes a comment for good, and empties it; replies to it stay. Throws 404, 403, 422. */
export async function removeComment(
  ctx: Context,
  actor: UserRow,
  id: number,
  reason: string,
): Promise<Moderated> {
  const found = await getCommentFor(ctx, actor, id, 'moderate');
  const change = { ...REMOVED, hidden_reason: checked(reason) };
  const from = ['visible', 'held', 'hidden'] as const;
  await act(ctx, actor, found, { needs: 'moderate', from, change, action: 'comment removed' });
  return found;
}

interface Act {
  /** What one must be allowed to do with the comment. */
  needs: 'hide' | 'moderate';
  from: readonly CommentWithAuthor['state'][];
  change: Parameters<typeof writing.updateComment>[2] & { hidden_reason: string | null };
  action: 'comment hidden' | 'comment restored' | 'comment approved' | 'comment removed';
}

async function act(
  { db, clock }: Context,
  actor: UserRow,
  found: Moderated,
  { needs, from, change, action }: Act,
  after?: (trx: Parameters<typeof logDeed>[0]) => Promise<void>,
): Promise<void> {
  const { id, user_id: userId, post_id: postId } = found.comment;
  await transact(db, async (trx) => {
    const current = (await lockAccount(trx, actor.id)) ?? null;
    authorizeFor(current, needs, found);
    if (!(await writing.updateComment(trx, { id, states: from }, change))) {
      // A second click, or another editor, was quicker.
      if ((await store.findComment(trx, id))?.state === change.state) return;
      throw commentNotFound();
    }
    const reason = change.hidden_reason ?? '';
    await logDeed(trx, clock, { actorId: actor.id, action, userId, postId, commentId: id, reason });
    await after?.(trx);
  });
}

/** Opens a post of one's own for comments, or closes it; those that are there stay. Throws 404, 403. */
export async function closeComments(
  ctx: Context,
  viewer: UserRow,
  postId: number,
  closed: boolean,
): Promise<void> {
  const post = await getPostFor(ctx, viewer, postId, 'update');
  await transact(ctx.db, async (trx) => {
    const current = (await lockAccount(trx, viewer.id)) ?? null;
    authorize(current, 'update', postSubject(post), REFUSED.update);
    await writing.setCommentsClosed(trx, postId, closed);
  });
}

function checked(reason: string): string {
  const text = reason.trim();
  if (!isStorable(text)) throw new HttpError(422, UNSTORABLE, { field: 'reason' });
  // No code point has more than two units, and a form may have millions.
  if (text.length <= 2 * REASON_MAX && Array.from(text).length <= REASON_MAX) return text;
  throw new HttpError(422, `A reason has at most ${REASON_MAX} characters`, { field: 'reason' });
}
