import type { Context } from '../../context.ts';
import type { DraftRow, UserRow } from '../../db/schema.ts';
import { HttpError } from '../../errors.ts';
import { getOwnPostFor } from '../../posts/posts.service.ts';
import { newestPublished } from '../../posts/history/revisions.service.ts';
import { findDraftOf, isSame, keepLosing } from './draft-of-form.service.ts';
import { createDraft, DraftExists, saveDraft, StaleDraft } from '../drafts.service.ts';
import { draftNotFound } from '../reading.service.ts';
import { findPublishedDraft } from '../share/published-drafts.store.ts';
import { TextConflict } from './text-conflict.ts';
import type { Origin, Text } from './written.ts';

/** What a save may say beside the text. */
interface SaveOptions {
  /** Replaces the saved text, as its writer has decided; the saved text is kept as a revision. */
  replace?: boolean;
  /** When to publish it: as in DraftUpdate. */
  publishAt?: string | null;
}

/**
 * Saves a form's text as a draft, and begins the draft if there is none. Throws TextConflict if the
 * draft was saved since the text began from it, with the text kept as a revision.
 */
export async function saveText(
  ctx: Context,
  viewer: UserRow,
  text: Text,
  origin: Origin,
  options: SaveOptions = {},
): Promise<DraftRow> {
  try {
    const draft = await findDraftOf(ctx, viewer, origin);
    return draft
      ? await saveOver(ctx, viewer, { draft, text, origin, options })
      : await begin(ctx, viewer, { text, origin, options });
  } catch (error) {
    if (error instanceof TextConflict) await keepLosing(ctx, viewer, text, error);
    throw error;
  }
}

interface Save {
  text: Text;
  origin: Origin;
  options: SaveOptions;
}

async function saveOver(
  ctx: Context,
  viewer: UserRow,
  { draft, text, origin, options }: Save & { draft: DraftRow },
): Promise<DraftRow> {
  const same = isSame(draft, text);
  if (!same && draft.version !== origin.draftVersion) throw TextConflict.overDraft(draft);
  const base = await seenPublished(ctx, viewer, draft, origin);
  const { publishAt } = options;
  const change = { ...text, ...(publishAt !== undefined && { publish_at: publishAt }) };
  try {
    return await saveDraft(ctx, viewer, draft.id, change, {
      versions: same ? undefined : [draft.version],
      keepBefore: options.replace === true,
      ...(base !== undefined && { base }),
    });
  } catch (error) {
    if (error instanceof StaleDraft) throw TextConflict.overDraft(error.current);
    throw error;
  }
}

/** The post's newest revision, if the form was loaded from the post's current version. */
async function seenPublished(
  ctx: Context,
  viewer: UserRow,
  { post_id: postId }: DraftRow,
  { postVersion }: Origin,
): Promise<number | null | undefined> {
  if (postId === null || postVersion === undefined) return undefined;
  const newest = await newestPublished(ctx.db, postId);
  const post = await getOwnPostFor(ctx, viewer, postId, 'update');
  return post.version === postVersion ? newest : undefined;
}

async function begin(
  ctx: Context,
  viewer: UserRow,
  { text, origin, options }: Save,
): Promise<DraftRow> {
  if (text.title === '' && text.content === '')
    throw new HttpError(422, 'There is nothing to save yet.');
  const postId = origin.postId ?? (await postOf(ctx, viewer, origin));
  const publish_at = options.publishAt ?? null;
  // If it is not the present version, all that is known is that it is older.
  const older = postId !== null && !(await isPresent(ctx, viewer, postId, origin));
  const given = { ...text, post_id: postId, publish_at };
  try {
    const made = await createDraft(ctx, viewer, given, {
      formKey: origin.formKey,
      ...(older && { base: null }),
    });
    if (made.made || isSame(made.draft, text)) return made.draft;
    throw TextConflict.overDraft(made.draft);
  } catch (error) {
    if (!(error instanceof DraftExists)) throw error;
    if (isSame(error.current, text)) return error.current;
    throw TextConflict.overDraft(error.current);
  }
}

/**
 * The post that the form's draft became; null if the form names no draft. Throws 404 if the draft
 * is gone otherwise.
 */
async function postOf(ctx: Context, viewer: UserRow, { draftId }: Origin): Promise<number | null> {
  if (draftId === null) return null;
  const postId = await findPublishedDraft(ctx.db, { draftId, userId: viewer.id });
  if (postId === undefined) throw draftNotFound();
  return postId;
}

async function isPresent(
  ctx: Context,
  viewer: UserRow,
  postId: number,
  { postVersion }: Origin,
): Promise<boolean> {
  if (postVersion === undefined) return true;
  return (await getOwnPostFor(ctx, viewer, postId, 'update')).version === postVersion;
}
