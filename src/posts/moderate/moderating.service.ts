import { authorize } from '../../auth/policy.ts';
import { lockAccount } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { Transaction } from '../../db/database.ts';
import type { ModerationRow, UserRow } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import { HttpError } from '../../errors.ts';
import { logDeed } from '../../moderation/log.service.ts';
import { postSubject, type PostWithAuthor } from '../post.ts';
import { getPost, postNotFound } from '../posts.service.ts';
import { deletePost } from '../writing/writing.store.ts';
import { changePost, type WritingStep } from '../writing/writing.service.ts';
import * as store from './moderating.store.ts';

export { handOverPosts, hidePostsOf, restorePostsOf } from './moderating.store.ts';

const REFUSED = 'Only owners and editors may do this';

/** A post that `viewer` may read and moderate. Throws 404, 403. */
export async function getPostToModerate(
  ctx: Context,
  viewer: UserRow,
  id: number,
): Promise<PostWithAuthor> {
  const post = await getPost(ctx, viewer, id);
  authorize(viewer, 'moderate', postSubject(post), REFUSED);
  return post;
}

/** Who acts on which post, and why. */
interface Moderation {
  actor: UserRow;
  id: number;
  reason: string;
}

/** Also done in the transaction that moderates a post. */
export type AlsoModerated = (trx: Transaction, moderated: Moderation) => Promise<void>;

/** Hides a post from all but its author and editors. Throws 404, 403, and 400 if it is hidden. */
export async function hidePost(
  ctx: Context,
  given: Moderation,
  also?: AlsoModerated,
): Promise<void> {
  await moderate(ctx, given, 'post hidden', async (trx) => {
    const hidden = await store.hidePost(trx, given.id, given.reason);
    if (!hidden) throw new HttpError(400, 'This post is already hidden.');
    await also?.(trx, given);
  });
}

/** Shows a hidden post again. Throws 404, 403, and 400 if it is not hidden. */
export async function restorePost(ctx: Context, given: Omit<Moderation, 'reason'>): Promise<void> {
  await moderate(ctx, { ...given, reason: '' }, 'post restored', async (trx) => {
    const restored = await store.restorePost(trx, given.id);
    if (!restored) throw new HttpError(400, 'This post is not hidden.');
  });
}

/** Deletes anybody's post. Throws 404, 403. */
export async function removePost(ctx: Context, given: Moderation): Promise<void> {
  await moderate(ctx, given, 'post deleted', async (trx) => {
    if (!(await deletePost(trx, given.id))) throw postNotFound();
  });
}

/**
 * Publishes the text of an editor in place of the post's; the revision names the editor. A hidden post
 * stays hidden. Throws 404, 403, and StalePost unless the post still has this version.
 */
export async function correctPost(
  ctx: Context,
  actor: UserRow,
  id: number,
  {
    reason,
    version,
    ...given
  }: { title: string; content: string; version: number; reason: string },
): Promise<void> {
  const post = await getPostToModerate(ctx, actor, id);
  if (given.title === post.title && given.content === post.content) return;
  const step: WritingStep = async (trx) => {
    await assertModerator(trx, actor);
    const deed = { actorId: actor.id, action: 'post corrected', userId: post.user_id } as const;
    await logDeed(trx, ctx.clock, { ...deed, postId: id, reason });
  };
  const find = () => getPostToModerate(ctx, actor, id);
  await changePost(ctx, actor, find, { given, version, step });
}

/** Runs `act` and logs it, if the actor may still do it. Throws 404, 403. */
async function moderate(
  ctx: Context,
  { actor, id, reason }: Moderation,
  action: ModerationRow['action'],
  act: (trx: Transaction) => Promise<void>,
): Promise<void> {
  const { user_id: userId } = await getPostToModerate(ctx, actor, id);
  await transact(ctx.db, async (trx) => {
    await assertModerator(trx, actor);
    await act(trx);
    const deed = { actorId: actor.id, action, userId, postId: id, reason };
    await logDeed(trx, ctx.clock, deed);
  });
}

/** Throws 403 unless the actor may moderate at this moment, and until the transaction ends. */
async function assertModerator(trx: Transaction, actor: UserRow): Promise<void> {
  const current = (await lockAccount(trx, actor.id)) ?? null;
  authorize(current, 'moderate', { kind: 'blog' }, REFUSED);
}

/** Why a post is hidden, for those who may read it; undefined unless it is. */
export async function hiddenReason(
  { db }: Pick<Context, 'db'>,
  { id, state }: Pick<PostWithAuthor, 'id' | 'state'>,
): Promise<string | undefined> {
  return state === 'hidden' ? store.findHiddenReason(db, id) : undefined;
}

/** Shows posts again that were hidden with their authors, once these are no longer suspended. */
export async function restorePostsOfReturned({ db }: Pick<Context, 'db'>): Promise<void> {
  await transact(db, (trx) => store.restorePostsOf(trx));
}
