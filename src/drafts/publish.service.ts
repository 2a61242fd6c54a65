import type { Context } from '../context.ts';
import type { DraftRow, UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import { validateObject } from '../http/validation/validate.ts';
import { PostCreate, toPostResponse, type PostWithAuthor } from '../posts/post.ts';
import { getOwnPostFor } from '../posts/posts.service.ts';
import { moveRevisionsToPost, newestPublished } from '../posts/revisions.service.ts';
import { createPost, StalePost, publishText, type WritingStep } from '../posts/writing.service.ts';
import { assertVersion, draftNotFound, getDraft, StaleDraft } from './drafts.service.ts';
import * as store from './drafts.store.ts';

/** How often a draft is published that is saved at the same time. */
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

/**
 * Publishes a draft that has one of these versions, or any version without them, and deletes it in
 * the same transaction, so that it becomes one post however often this is asked. `made`: the post is
 * new. Throws 404, StaleDraft, ValidationError for a text that no post may have, PostChanged.
 */
export async function publishDraft(
  ctx: Context,
  viewer: UserRow,
  id: number,
  versions?: readonly number[],
): Promise<{ post: PostWithAuthor; made: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const draft = await getDraft(ctx, viewer, id);
    assertVersion(draft, versions);
    try {
      return await publishNow(ctx, viewer, draft);
    } catch (error) {
      // Saved in this moment: what was saved is published, unless it had to be a certain version.
      if (!(error instanceof StaleDraft) || versions || attempt === ATTEMPTS) throw error;
    }
  }
}

async function publishNow(
  ctx: Context,
  viewer: UserRow,
  draft: DraftRow,
): Promise<{ post: PostWithAuthor; made: boolean }> {
  const { title, content, format } = draft;
  const text = validateObject(PostCreate, { title, content, format });
  const step = replaceDraft(draft);
  if (draft.post_id === null) {
    return { post: await createPost(ctx, viewer, text, draft.form_key, step), made: true };
  }
  return { post: await publishChange(ctx, viewer, draft, text, step), made: false };
}

/** In the post's transaction: the draft goes, unless it was saved or published meanwhile, and its revisions become the post's. */
function replaceDraft({ id, version }: DraftRow): WritingStep {
  return async (trx, postId) => {
    await moveRevisionsToPost(trx, { draftId: id, postId });
    if (await store.deleteDraft(trx, { id, version })) return;
    const current = await store.findDraft(trx, id);
    throw current ? new StaleDraft(current) : draftNotFound();
  };
}

async function publishChange(
  ctx: Context,
  viewer: UserRow,
  draft: DraftRow,
  text: PostCreate,
  step: WritingStep,
): Promise<PostWithAuthor> {
  const find = () => getOwnPostFor(ctx, viewer, draft.post_id ?? 0, 'update');
  const post = await find();
  // After the post: a change in between is then found by the post's version.
  const newest = await newestPublished(ctx.db, post.id);
  if (newest !== draft.base_revision) throw new PostChanged(post);
  try {
    return await publishText(ctx, viewer, post.id, text, post.version, step);
  } catch (error) {
    if (error instanceof StalePost) throw new PostChanged(await find());
    throw error;
  }
}
