import { authorizeWriting } from '../../auth/policy.ts';
import { lockAccount } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { Transaction } from '../../db/database.ts';
import type { UserRow } from '../../db/schema.ts';
import { micros } from '../../db/time.ts';
import { transact } from '../../db/transact.ts';
import { tryUntilTaken } from '../../db/try-until-taken.ts';
import { HttpError } from '../../errors.ts';
import { sameTags } from '../../tags/tag.ts';
import { saveTags, holdTags, putTags } from '../../tags/tags.service.ts';
import { userExists } from '../../users/users.service.ts';
import type { PostCreate, PostUpdate, PostWithAuthor } from '../post.ts';
import { getOwnPostFor, getPostFor, postNotFound } from '../posts.service.ts';
import * as store from './writing.store.ts';
import { addChange, addRevision } from '../history/revisions.service.ts';
import { prepareText, storeText } from './texts.service.ts';

export const TOO_MANY = 'Too many are changing this post at once';

/** 409: the post has changed since its text was loaded for editing. */
export class StalePost extends HttpError {
  constructor() {
    super(409, 'This post has changed since you began to edit it. What you wrote is kept.');
    this.name = 'StalePost';
  }
}

/**
 * Done in the transaction that writes a post, once the post's row is written (and so locked) and
 * before its revision is added. What it throws undoes all of it.
 */
export type WritingStep = (trx: Transaction, postId: number) => Promise<void>;

/**
 * Creates a post and its first revision. A form that is sent twice creates one post. If it is sent
 * again with another text, as when the browser restores it, it creates another post. Throws 403 if
 * the author may not, or no longer, write, and 401 if the account was deleted meanwhile.
 */
export async function createPost(
  ctx: Context,
  author: UserRow,
  { title, content, format, audience, tags }: PostCreate,
  formKey: string | null = null,
  step?: WritingStep,
): Promise<PostWithAuthor> {
  authorizeWriting(author);
  const now = micros(ctx.clock);
  const written = { title, content, format: format ?? ('text' as const) };
  const post = {
    ...written,
    audience: audience ?? ('blog' as const),
    user_id: author.id,
    date_posted: now,
  };
  const prepared = await prepareText(ctx, post);
  try {
    const made = await transact(ctx.db, async (trx) => {
      const current = await lockAccount(trx, author.id);
      if (current) authorizeWriting(current);
      const withKey = { ...post, form_key: formKey };
      const inserted = await store.insertPost(trx, withKey);
      const before = inserted ?? (await store.findPostOfForm(trx, withKey));
      const added = inserted ?? before ?? (await store.insertPost(trx, post));
      if (added === undefined) throw new Error('a post without a key cannot have been sent before');
      await step?.(trx, added);
      if (inserted === undefined && before !== undefined) return { id: added, tags: tags ?? [] };
      const named = tags && tags.length > 0 ? await saveTags(trx, added, tags) : [];
      await storeText(trx, { id: added, ...post, replaced: '' }, prepared, now);
      const revision = { post_id: added, user_id: author.id, published: true, created_at: now };
      await addRevision(trx, { ...revision, ...written, tags: JSON.stringify(named) });
      return { id: added, tags: named };
    });
    const { username, picture_key } = author;
    const state = 'published' as const;
    return { ...made, ...post, state, version: 1, edited_at: null, username, picture_key };
  } catch (error) {
    if (await userExists(ctx, author.id)) throw error;
    const headers = { 'www-authenticate': 'Bearer' };
    throw new HttpError(401, 'User not found', { headers, cause: error });
  }
}

/** As `changePost`, for the author of a post that everybody may read. Throws 404, 403. */
export async function updatePost(
  ctx: Context,
  viewer: UserRow,
  id: number,
  given: PostUpdate,
): Promise<PostWithAuthor> {
  return changePost(ctx, viewer, () => getPostFor(ctx, viewer, id, 'update'), { given });
}

export interface Change {
  /** Fields that are null or absent stay as they are. */
  given: PostUpdate;
  /** The version that the post must still have. */
  version?: number;
  step?: WritingStep;
}

/**
 * Changes the post that `find` finds, and adds a revision if that changes anything; an unpublished post is
 * published again. `find` throws if the writer may not do this; it is asked before each attempt. Throws
 * StalePost if the post has not the given version any more.
 */
export async function changePost(
  ctx: Context,
  writer: UserRow,
  find: () => Promise<PostWithAuthor>,
  { given, version, step }: Change,
): Promise<PostWithAuthor> {
  return tryUntilTaken(async () => {
    const post = await find();
    if (version !== undefined && version !== post.version) throw new StalePost();
    const next = {
      title: given.title ?? post.title,
      content: given.content ?? post.content,
      format: given.format ?? post.format,
      audience: given.audience ?? post.audience,
    };
    const names = ['title', 'content', 'format', 'audience'] as const;
    const tags = given.tags && !sameTags(given.tags, post.tags) ? given.tags : undefined;
    const same = names.every((name) => next[name] === post[name]) && !tags;
    const unpublished = post.state === 'unpublished';
    if (same && !unpublished) {
      return !step || (await stepAlone(ctx, post, step)) ? post : undefined;
    }
    const change = {
      ...(!same && { ...next, edited_at: micros(ctx.clock) }),
      ...(unpublished && { state: 'published' as const }),
    };
    // Undefined if another edit came first: the rendered text may not be the current one.
    return replace(ctx, post, { change, tags, by: writer.id, step });
  }, TOO_MANY);
}

interface Replacement {
  change: store.PostChange;
  /** Its new tags; undefined: it keeps those it has. */
  tags: readonly string[] | undefined;
  /** Who changes it. */
  by: number;
  step: WritingStep | undefined;
}

/**
 * Replaces the post and its rendered text, and adds the revision, in one transaction; undefined if
 * the post has changed since it was read.
 */
async function replace(
  { db, clock }: Context,
  post: PostWithAuthor,
  { change, tags, by, step }: Replacement,
): Promise<PostWithAuthor | undefined> {
  const now = change.edited_at ?? micros(clock);
  const changed = { ...post, ...change, version: post.version + 1 };
  const prepared = await prepareText({ db }, changed);
  return transact(db, async (trx) => {
    if (tags) {
      if (!(await store.lockPost(trx, post))) return undefined;
      await store.lockCounts(trx, post.user_id);
    }
    const held = tags && (await holdTags(trx, post.id, tags));
    if (!(await store.updatePost(trx, post, change))) return undefined;
    await step?.(trx, post.id);
    const after = held ? { ...changed, tags: await putTags(trx, post.id, held) } : changed;
    await storeText(trx, { ...after, replaced: post.content }, prepared, now);
    if (change.edited_at !== undefined) await addChange(trx, post, { ...after, by, now });
    return after;
  });
}

/** Runs the step for a change that changes nothing; false if the post has changed since it was read. */
async function stepAlone(
  { db }: Context,
  post: PostWithAuthor,
  step: WritingStep,
): Promise<boolean> {
  return transact(db, async (trx) => {
    if (!(await store.lockPost(trx, post))) return false;
    await step(trx, post.id);
    return true;
  });
}

/** Throws 404, 403. */
export async function deletePost(ctx: Context, viewer: UserRow, id: number): Promise<void> {
  await getPostFor(ctx, viewer, id, 'delete');
  await store.deletePost(ctx.db, id);
}

/** As `deletePost`, and also for the author's unpublished post. */
export async function deleteOwnPost(ctx: Context, viewer: UserRow, id: number): Promise<void> {
  await getOwnPostFor(ctx, viewer, id, 'delete');
  await store.deletePost(ctx.db, id);
}

/** For the host: without a check of ownership. Throws 404. */
export async function deleteAnyPost(ctx: Context, id: number): Promise<void> {
  if (!(await store.deletePost(ctx.db, id))) throw postNotFound();
}
