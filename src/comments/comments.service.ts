import { authorize, can, visibleComments, type Viewer } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import type { UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import type { PostWithAuthor } from '../posts/post.ts';
import { getPost } from '../posts/posts.service.ts';
import { getSetting } from '../settings/settings.ts';
import { commentSubject, withoutText, type CommentWithAuthor } from './comment.ts';
import * as store from './comments.store.ts';
import { allWithCurrentMarkup, withCurrentMarkup } from './rendered/rendered.service.ts';

/** Whether comments are switched on; otherwise none are shown or accepted. */
export async function hasComments({ db }: Pick<Context, 'db'>): Promise<boolean> {
  return (await getSetting({ db }, 'comments')) === 'on';
}

/**
 * A page of the comments on a post, oldest first. `next`: the id after which the next page begins,
 * null if there is none. A comment that `viewer` may not read is included without its text if it
 * has replies. Throws 404 unless `viewer` may read the post.
 */
export async function getComments(
  ctx: Context,
  viewer: Viewer,
  postId: number,
  { after = 0, limit }: { after?: number | undefined; limit: number },
): Promise<{ comments: CommentWithAuthor[]; next: number | null }> {
  const post = await getPost(ctx, viewer, postId);
  if (!(await hasComments(ctx))) return { comments: [], next: null };
  const visible = visibleComments(viewer, post.user_id);
  const found = await store.listComments(ctx.db, { postId, after, limit: limit + 1, visible });
  const comments = (await allWithCurrentMarkup(found.slice(0, limit))).map((one) =>
    can(viewer, 'read', commentSubject(one, post)) ? one : withoutText(one),
  );
  return { comments, next: found.length > limit ? (comments.at(-1)?.id ?? null) : null };
}

export const commentNotFound = () => new HttpError(404, 'Comment not found');

/** A comment and its post. Throws 404 unless `viewer` may read both. */
export async function getComment(
  ctx: Context,
  viewer: Viewer,
  id: number,
): Promise<{ comment: CommentWithAuthor; post: PostWithAuthor }> {
  const comment = await store.findComment(ctx.db, id);
  if (!comment) throw commentNotFound();
  const post = await getPost(ctx, viewer, comment.post_id).catch((error: unknown) => {
    throw error instanceof HttpError && error.status === 404 ? commentNotFound() : error;
  });
  const there = can(viewer, 'read', commentSubject(comment, post)) && (await hasComments(ctx));
  if (!there) throw commentNotFound();
  return { comment: await withCurrentMarkup(comment), post };
}

const REFUSED = {
  update: 'Not authorized to update this comment',
  delete: 'Not authorized to delete this comment',
  hide: 'Not authorized to hide this comment',
  moderate: 'Not authorized to moderate this comment',
};

/** As `getComment`. Throws 403 if `viewer` may read it, but not do this to it. */
export async function getCommentFor(
  ctx: Context,
  viewer: UserRow,
  id: number,
  action: keyof typeof REFUSED,
): Promise<{ comment: CommentWithAuthor; post: PostWithAuthor }> {
  const found = await getComment(ctx, viewer, id);
  authorizeFor(viewer, action, found);
  return found;
}

/** Throws 403 if `viewer` may not do this to a comment that was found. */
export function authorizeFor(
  viewer: Viewer,
  action: keyof typeof REFUSED,
  { comment, post }: { comment: CommentWithAuthor; post: PostWithAuthor },
): void {
  authorize(viewer, action, commentSubject(comment, post), REFUSED[action]);
}

/** The ids of a user's comments that are not removed, oldest first. */
export async function listCommentIdsOf({ db }: Context, userId: number): Promise<number[]> {
  return store.listIdsOf(db, userId);
}

/** A comment, if it is still there and the user's. */
export async function takeOwnComment(
  { db }: Context,
  { id, userId }: { id: number; userId: number },
): Promise<CommentWithAuthor | undefined> {
  const comment = await store.findComment(db, id);
  return comment?.user_id === userId && comment.state !== 'removed' ? comment : undefined;
}

/** The paragraphs that visible comments on a post point at. */
export async function getAnchored({ db }: Context, postId: number): Promise<store.Anchored[]> {
  return store.listAnchored(db, postId);
}
