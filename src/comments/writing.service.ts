import { authorize, can } from '../auth/policy.ts';
import { lockAccountAlone } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { UserRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import { addNoticeForEditors } from '../notices/notices.service.ts';
import { postSubject, type PostWithAuthor } from '../posts/post.ts';
import { getPost } from '../posts/posts.service.ts';
import { newestPublished } from '../posts/history/revisions.service.ts';
import { getSetting } from '../settings/settings.ts';
import { readSite } from '../settings/site.ts';
import { RENDERER } from '../text/rendered.ts';
import { EDITABLE_FOR, type CommentWithAuthor } from './comment.ts';
import { commentNotFound, getCommentFor, hasComments } from './comments.service.ts';
import * as store from './comments.store.ts';
import * as writing from './writing.store.ts';
import { notifyOfComment } from './comment-notices.service.ts';
import { refused, renderComment } from './text.service.ts';

/** Within this time, the same text is the same comment; microseconds. */
const SAME_FOR = 10 * 60 * 1_000_000;
/** How long an account is new; microseconds. */
const NEW_FOR = 24 * 60 * 60 * 1_000_000;

interface Written {
  content: string;
  parent_id?: number | null | undefined;
  /** the paragraph that it is about */
  anchor?: string | null;
  /** of the page's form */
  formKey?: string | null;
}

/**
 * Adds a comment. The same text within ten minutes, or the same form sent twice, is the first one
 * again. Throws 404 unless `author` may read the post, 403 if they may not comment or the post takes
 * no comments, 422 for the text or the parent, 429.
 */
export async function createComment(
  ctx: Context,
  author: UserRow,
  postId: number,
  { content, parent_id = null, anchor = null, formKey = null }: Written,
): Promise<CommentWithAuthor> {
  const post = await getPost(ctx, author, postId);
  authorizeCommenting(author, post);
  if (!(await hasComments(ctx))) throw closed();
  const { html, mentioned } = await renderComment(ctx, content);
  const now = micros(ctx.clock);
  const given = {
    post_id: postId,
    content,
    parent_id: null,
    userId: author.id,
    since: now - SAME_FOR,
  };
  const parents = await parentsOf(ctx.db, post, parent_id);
  const same = { ...given, parent_id: parents.at(-1)?.id ?? null };
  if ((await writing.findSame(ctx.db, same)) === undefined) await takeOne(ctx, author, now);

  const id = await transact(ctx.db, async (trx) => {
    const current = await lockAccountAlone(trx, author.id);
    if (!current) throw gone();
    authorizeCommenting(current, post);
    const before = await writing.findSame(trx, same);
    if (before !== undefined) return before;
    const state = await store.findPostState(trx, postId);
    if (!state || state.closed) throw closed();
    const answered = await parentsOf(trx, post, parent_id);
    const comment = {
      post_id: postId,
      user_id: author.id,
      parent_id: same.parent_id,
      anchor,
      anchor_revision: anchor === null ? null : await newestPublished(trx, postId),
      content,
      html,
      renderer: RENDERER,
      state: (await isHeld(trx, current)) ? ('held' as const) : ('visible' as const),
      created_at: now,
    };
    const withKey = { ...comment, form_key: formKey };
    const made = await writing.insertComment(trx, withKey);
    const earlier = made ?? (await writing.findOfForm(trx, withKey));
    const added = earlier ?? (await writing.insertComment(trx, { ...comment, form_key: null }));
    if (added === undefined)
      throw new Error('a comment without a key cannot have been sent before');
    if (made === undefined && earlier !== undefined) return added;
    if (comment.state === 'held') {
      const about = { actorId: author.id, postId, commentId: added };
      await addNoticeForEditors(trx, ctx.clock, { kind: 'waiting', ...about });
    } else {
      await notifyOfComment(trx, ctx.clock, {
        id: added,
        author: author.id,
        post,
        answered,
        mentioned,
      });
    }
    return added;
  }).catch(async (error: unknown) => {
    // The post may have been deleted in this moment.
    await getPost(ctx, author, postId);
    throw error;
  });
  return (await store.findComment(ctx.db, id)) ?? commentGone();
}

/** Throws 403 unless `author` may comment on this post, which they may read, and it takes comments. */
export async function assertOpen(ctx: Context, author: UserRow, postId: number): Promise<void> {
  authorizeCommenting(author, await getPost(ctx, author, postId));
  const state = await store.findPostState(ctx.db, postId);
  if (state?.closed !== false || !(await hasComments(ctx))) throw closed();
}

/**
 * Changes a comment's text; without `content`, or with the same, nothing. Throws 404, 403 (also once
 * the time for it is over), 422.
 */
export async function updateComment(
  ctx: Context,
  viewer: UserRow,
  id: number,
  { content }: { content?: string | null | undefined },
): Promise<CommentWithAuthor> {
  const { comment, post } = await getCommentFor(ctx, viewer, id, 'update');
  const now = micros(ctx.clock);
  if (!isEditable(comment, now)) {
    throw new HttpError(403, 'A comment can be changed for 15 minutes', { field: 'content' });
  }
  if (content == null || content === comment.content) return comment;
  const { html, mentioned } = await renderComment(ctx, content);
  await transact(ctx.db, async (trx) => {
    const states = ['visible', 'held'] as const;
    const change = { content, html, renderer: RENDERER, edited_at: now };
    if (!(await writing.updateComment(trx, { id, states }, change))) throw commentNotFound();
    if (comment.state === 'visible') {
      // Nobody is notified twice of one comment, so this reaches only newly mentioned people.
      await notifyOfComment(trx, ctx.clock, {
        id,
        author: viewer.id,
        post,
        answered: [],
        mentioned,
      });
    }
  });
  return (await store.findComment(ctx.db, id)) ?? commentGone();
}

/** Whether its author may still change a comment. `now`: microseconds. */
export function isEditable(comment: Pick<CommentWithAuthor, 'created_at'>, now: number): boolean {
  return now < comment.created_at + EDITABLE_FOR;
}

/** Removes one's comment, and empties it; replies to it stay. Throws 404, 403. */
export async function deleteComment(ctx: Context, viewer: UserRow, id: number): Promise<void> {
  await getCommentFor(ctx, viewer, id, 'delete');
  const removed = await transact(ctx.db, (trx) =>
    writing.updateComment(trx, { id, states: ['visible', 'held', 'hidden'] }, REMOVED),
  );
  if (!removed) throw commentNotFound();
}

/** What is left of a removed comment. */
export const REMOVED = {
  state: 'removed' as const,
  content: '',
  html: '',
  hidden_reason: null,
  form_key: null,
};

function authorizeCommenting(viewer: UserRow, post: PostWithAuthor): void {
  authorize(viewer, 'comment', postSubject(post), 'Not authorized to create comments');
}

/**
 * The comment that is replied to and, if that is a reply itself, its parent, to which the new one is
 * attached. Throws 422 unless it is a comment on this post that can be replied to.
 */
async function parentsOf(
  db: Context['db'] | Transaction,
  post: PostWithAuthor,
  id: number | null,
): Promise<CommentWithAuthor[]> {
  if (id === null) return [];
  const parent = await store.findComment(db, id);
  if (parent?.post_id !== post.id || parent.state !== 'visible') {
    throw refused('parent_id', id, 'This post has no such comment');
  }
  const above =
    parent.parent_id === null ? undefined : await store.findComment(db, parent.parent_id);
  return above ? [parent, above] : [parent];
}

async function takeOne(
  { db, config, limits }: Context,
  author: UserRow,
  now: number,
): Promise<void> {
  const key = String(author.id);
  const isNew =
    now < author.created_at + NEW_FOR &&
    author.invitation_id === null &&
    !can(author, 'moderate', { kind: 'blog' });
  if (isNew && (await readSite({ db, config })).registration === 'open') {
    await limits.firstComments.take(key);
  }
  await limits.comments.take(key);
}

/** Whether an editor must approve the comment first: until one of the author's comments has been shown. */
async function isHeld(trx: Transaction, author: UserRow): Promise<boolean> {
  if (can(author, 'moderate', { kind: 'blog' })) return false;
  if ((await getSetting({ db: trx }, 'first-comments')) === 'shown') return false;
  return !(await writing.hasVisible(trx, author.id));
}

const closed = () => new HttpError(403, 'Comments are closed');
const gone = () =>
  new HttpError(401, 'User not found', { headers: { 'www-authenticate': 'Bearer' } });

function commentGone(): never {
  throw commentNotFound();
}
