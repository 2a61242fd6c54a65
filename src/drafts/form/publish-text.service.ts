import type { Context } from '../../context.ts';
import type { DraftRow, UserRow } from '../../db/schema.ts';
import { HttpError } from '../../errors.ts';
import { getOwnPostFor } from '../../posts/posts.service.ts';
import { changePost, createPost, StalePost } from '../../posts/writing/writing.service.ts';
import { findDraftOf, isSame, keepLosing } from './draft-of-form.service.ts';
import { StaleDraft } from '../drafts.service.ts';
import { draftNotFound } from '../reading.service.ts';
import { PostChanged, publishAs, type Published } from '../publish.service.ts';
import { findPublishedDraft } from '../share/published-drafts.store.ts';
import { TextConflict } from './text-conflict.ts';
import type { Origin, Text } from './written.ts';

/**
 * Publishes a form's text, and removes the draft it belongs to. Sent twice, it creates one post.
 * Throws TextConflict, with the text kept as a revision, if the draft or the post was saved since
 * the text began from it; 404, 403.
 */
export async function publishWritten(
  ctx: Context,
  viewer: UserRow,
  text: Text,
  origin: Origin,
): Promise<Published> {
  try {
    try {
      return await publishOnce(ctx, viewer, text, origin);
    } catch (error) {
      // Another tab has published the draft in this moment.
      if (!(error instanceof HttpError) || error.status !== 404) throw error;
      return await publishOnce(ctx, viewer, text, origin);
    }
  } catch (error) {
    if (error instanceof TextConflict) await keepLosing(ctx, viewer, text, error);
    throw error;
  }
}

async function publishOnce(
  ctx: Context,
  viewer: UserRow,
  text: Text,
  origin: Origin,
): Promise<Published> {
  const draft = await findDraftOf(ctx, viewer, origin);
  if (draft && (isOf(draft, origin) || isSame(draft, text)))
    return publishOver(ctx, viewer, { draft, text, origin });
  if (origin.draftId !== null && !draft) {
    const id = await findPublishedDraft(ctx.db, { draftId: origin.draftId, userId: viewer.id });
    if (id !== undefined) return publishAgain(ctx, viewer, id, text, origin);
    if (origin.postId === null) throw draftNotFound();
  }
  if (origin.postId === null) {
    return { post: await createPost(ctx, viewer, text, origin.formKey), made: true };
  }
  return change(ctx, viewer, origin.postId, text, origin.postVersion);
}

/**
 * Whether the form's text replaces the draft: the form names a version of it, or its page created
 * the draft but never received the answer. Any other draft stays as it is.
 */
function isOf({ version, form_key }: DraftRow, { draftVersion, formKey }: Origin): boolean {
  return draftVersion !== undefined || (version === 1 && form_key !== null && form_key === formKey);
}

async function publishOver(
  ctx: Context,
  viewer: UserRow,
  { draft, text, origin }: { draft: DraftRow; text: Text; origin: Origin },
): Promise<Published> {
  const { draftVersion = draft.version, postVersion } = origin;
  if (draftVersion !== draft.version && !isSame(draft, text)) throw TextConflict.overDraft(draft);
  try {
    return await publishAs(ctx, viewer, draft, text, { postVersion });
  } catch (error) {
    if (error instanceof StaleDraft) throw TextConflict.overDraft(error.current);
    if (error instanceof PostChanged) throw TextConflict.overPost(error.current, draft);
    throw error;
  }
}

/** The draft was published already, by a second click or in another tab. */
async function publishAgain(
  ctx: Context,
  viewer: UserRow,
  postId: number,
  text: Text,
  { postVersion }: Origin,
): Promise<Published> {
  const post = await getOwnPostFor(ctx, viewer, postId, 'update');
  if (isSame(post, text)) return { post, made: false };
  if (postVersion === undefined) throw TextConflict.overPost(post);
  return change(ctx, viewer, postId, text, postVersion);
}

async function change(
  ctx: Context,
  viewer: UserRow,
  postId: number,
  text: Text,
  version: number | undefined,
): Promise<Published> {
  const find = () => getOwnPostFor(ctx, viewer, postId, 'update');
  const given = { given: text, ...(version !== undefined && { version }) };
  try {
    return { post: await changePost(ctx, viewer, find, given), made: false };
  } catch (error) {
    if (!(error instanceof StalePost)) throw error;
    const post = await find();
    if (isSame(post, text)) return { post, made: false };
    throw TextConflict.overPost(post);
  }
}
