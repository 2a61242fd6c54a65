import type { Context } from '../context.ts';
import type { DraftRow, UserRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { HttpError } from '../errors.ts';
import { validateObject } from '../http/validation/validate.ts';
import { PostCreate, toPostResponse, type PostWithAuthor } from '../posts/post.ts';
import { getOwnPostFor } from '../posts/posts.service.ts';
import { moveRevisionsToPost, newestPublished } from '../posts/history/revisions.service.ts';
import {
  createPost,
  changePost,
  StalePost,
  type WritingStep,
} from '../posts/writing/writing.service.ts';
import { tagsOf } from './draft.ts';
import { isSame } from './form/draft-of-form.service.ts';
import { keepState } from './draft-revisions.service.ts';
import { assertVersion, StaleDraft } from './drafts.service.ts';
import { draftNotFound, getDraft } from './reading.service.ts';
import * as store from './drafts.store.ts';
import { insertPublishedDraft } from './share/published-drafts.store.ts';
import type { Text } from './form/written.ts';

/** Attempts to publish a draft that is being saved at the same time. */
const ATTEMPTS = 5;

/** 409: the post has changed since its draft began. */
export class PostChanged extends HttpError {
  readonly current: PostWithAuthor;

  constructor(current: PostWithAuthor) {
    super(409, 'This post has changed since its draft began. What it says now is in `current`.', {
      extra: { current: toPostResponse(current) },
    });
    this.name = 'PostChanged';
    this.current = current;
  }
}

/** A post, and whether it is new. */
export interface Published {
  post: PostWithAuthor;
  made: boolean;
}

/**
 * Publishes a draft that has one of these versions, or any version without them, and deletes it in
 * the same transaction, so that it becomes one post even if this is called twice. Throws 404,
 * StaleDraft, ValidationError for a text that no post may have, PostChanged. `also` runs within the
 * same transaction.
 */
export async function publishDraft(
  ctx: Context,
  viewer: UserRow,
  id: number,
  versions?: readonly number[],
  also?: WritingStep,
): Promise<Published> {
  for (let attempt = 1; ; attempt++) {
    const draft = await getDraft(ctx, viewer, id);
    assertVersion(draft, versions);
    const { title, content, format } = draft;
    const tags = tagsOf(draft);
    const text = { ...validateObject(PostCreate, { title, content, tags }), format };
    try {
      return await publishAs(ctx, viewer, draft, text, { also });
    } catch (error) {
      // The draft was saved just now: the new text is published, unless a certain version was asked
      // for.
      if (!(error instanceof StaleDraft) || versions || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * Publishes a text instead of this version of a draft. `postVersion`: the version of the post
 * that its writer has seen; without it, the post must be as it was when the draft began. Throws as
 * `publishDraft`.
 */
export async function publishAs(
  ctx: Context,
  viewer: UserRow,
  draft: DraftRow,
  text: Text,
  { postVersion, also }: { postVersion?: number | undefined; also?: WritingStep | undefined } = {},
): Promise<Published> {
  const remove = removeDraft(ctx, draft, text);
  const step: WritingStep = async (trx, postId) => {
    await remove(trx, postId);
    await also?.(trx, postId);
  };
  const written = {
    ...text,
    audience: text.audience ?? draft.audience,
    tags: text.tags ?? tagsOf(draft),
  };
  if (draft.post_id === null) {
    return { post: await createPost(ctx, viewer, written, draft.form_key, step), made: true };
  }
  const find = () => getOwnPostFor(ctx, viewer, draft.post_id ?? 0, 'update');
  const post = await find();
  // After the post: a change in between is then found by the post's version.
  const newest = await newestPublished(ctx.db, post.id);
  const seen =
    postVersion === undefined ? newest === draft.base_revision : postVersion === post.version;
  if (!seen) throw await changedSince(ctx, viewer, draft, post);
  try {
    return {
      post: await changePost(ctx, viewer, find, { given: written, version: post.version, step }),
      made: false,
    };
  } catch (error) {
    if (error instanceof StalePost) throw await changedSince(ctx, viewer, draft, await find());
    throw error;
  }
}

/**
 * The error for a changed post. Throws 404 instead if the draft is gone, because then its own
 * publication was the change.
 */
async function changedSince(
  ctx: Context,
  viewer: UserRow,
  { id }: DraftRow,
  post: PostWithAuthor,
): Promise<PostChanged> {
  await getDraft(ctx, viewer, id);
  return new PostChanged(post);
}

/**
 * A step of the post's transaction that deletes the draft and gives its revisions to the post. It
 * throws if the draft was saved or published meanwhile.
 */
function removeDraft({ clock }: Context, draft: DraftRow, text: Text): WritingStep {
  const { id, version, user_id, share_hash } = draft;
  return async (trx, postId) => {
    const now = micros(clock);
    if (!isSame(draft, text)) await keepState(trx, draft, now);
    await moveRevisionsToPost(trx, { draftId: id, postId });
    if (!(await store.deleteDraft(trx, { id, version }))) {
      const current = await store.findDraft(trx, id);
      throw current ? new StaleDraft(current) : draftNotFound();
    }
    const published = { draft_id: id, user_id, post_id: postId, share_hash, published_at: now };
    await insertPublishedDraft(trx, published);
  };
}
