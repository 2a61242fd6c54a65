import { authorizeWriting } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { DraftRow, UserRow } from '../db/schema.ts';
import { micros, parseMicros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { tryUntilTaken } from '../db/try-until-taken.ts';
import { HttpError } from '../errors.ts';
import { getOwnPostFor } from '../posts/posts.service.ts';
import { deleteRevisionsOfDraft, newestPublished } from '../posts/history/revisions.service.ts';
import { deleteUnpublished } from '../posts/unpublish/unpublish.service.ts';
import {
  DRAFTS_MAX,
  draftTag,
  toDraftResponse,
  type DraftCreate,
  type DraftUpdate,
} from './draft.ts';
import { keepAtTimes, keepState } from './draft-revisions.service.ts';
import { recordDraftUses } from './draft-pictures.service.ts';
import * as store from './drafts.store.ts';
import { draftNotFound, getDraft } from './reading.service.ts';

/** 412: the draft was saved since the version that the request names. */
export class StaleDraft extends HttpError {
  readonly current: DraftRow;

  constructor(current: DraftRow) {
    super(412, 'This draft was saved since. What it says now is in `current`.', shown(current));
    this.name = 'StaleDraft';
    this.current = current;
  }
}

/** 409: the post has a draft already. */
export class DraftExists extends HttpError {
  readonly current: DraftRow;

  constructor(current: DraftRow) {
    super(409, 'This post has a draft already', shown(current));
    this.name = 'DraftExists';
    this.current = current;
  }
}

const shown = (draft: DraftRow) => ({
  headers: { etag: draftTag(draft) },
  extra: { current: toDraftResponse(draft) },
});

/**
 * Creates a draft. A draft of a post starts with the post's text in the fields that are not given.
 * A page that sends its `formKey` again gets the draft it has already made, and `made` is false.
 * Throws 404 and 403 as for a post, DraftExists, 400 at the limit, and 401 if the account is gone.
 * `base`: null where the text began from an older version of the post.
 */
export async function createDraft(
  ctx: Context,
  viewer: UserRow,
  given: DraftCreate,
  { formKey = null, base }: { formKey?: string | null; base?: null } = {},
): Promise<{ draft: DraftRow; made: boolean }> {
  authorizeWriting(viewer);
  const now = micros(ctx.clock);
  const beginning = await beginningOf(ctx, viewer, given.post_id ?? null);
  const draft = {
    ...beginning,
    ...textOf(given, beginning),
    ...(base === null && { base_revision: base }),
    ...(given.publish_at && { publish_at: parseMicros(given.publish_at) ?? null }),
    user_id: viewer.id,
    form_key: formKey,
    created_at: now,
    updated_at: now,
  };
  return transact(ctx.db, async (trx) => {
    await lockDrafts(trx, viewer.id);
    const userId = viewer.id;
    const { post_id: postId } = draft;
    const before = formKey && (await store.findDraftOfForm(trx, { userId, formKey }));
    if (before) return { draft: before, made: false };
    const existing = postId && (await store.findDraftOfPost(trx, { userId, postId }));
    if (existing) throw new DraftExists(existing);
    await assertRoom(trx, userId);
    const made = await store.insertDraft(trx, draft);
    await recordDraftUses(trx, made, '');
    return { draft: made, made: true };
  }).catch(async (error: unknown) => {
    // The post may have been deleted in this moment.
    if (draft.post_id !== null) await getOwnPostFor(ctx, viewer, draft.post_id, 'update');
    throw error;
  });
}

/**
 * Locks the user's list of drafts: until the transaction ends, nobody else adds one. Throws 401 if
 * the account is gone.
 */
export async function lockDrafts(trx: Transaction, userId: number): Promise<void> {
  if (await store.lockDraftsOf(trx, userId)) return;
  throw new HttpError(401, 'User not found', { headers: { 'www-authenticate': 'Bearer' } });
}

/** Throws 400 if the user has as many drafts as one may have. */
export async function assertRoom(trx: Transaction, userId: number): Promise<void> {
  if ((await store.countDrafts(trx, userId)) < DRAFTS_MAX) return;
  throw new HttpError(
    400,
    `You have ${DRAFTS_MAX} drafts, and more are not possible. Publish or delete one first.`,
  );
}

/** What a draft of this post has at first: the post's text, if it is the viewer's own. */
async function beginningOf(ctx: Context, viewer: UserRow, postId: number | null) {
  if (postId === null) {
    return { post_id: null, base_revision: null, title: '', content: '', format: 'text' as const };
  }
  const known = Number.isSafeInteger(postId) && postId >= 1 ? postId : 0;
  // Read before the text: a change in between is then noticed when the draft is published.
  const base_revision = await newestPublished(ctx.db, known);
  const post = await getOwnPostFor(ctx, viewer, known, 'update');
  const { id: post_id, title, content, format, audience } = post;
  const tags = JSON.stringify(post.tags);
  return { post_id, base_revision, title, content, format, audience, tags };
}

type Text = Pick<DraftRow, 'title' | 'content' | 'format'>;

/** The text with what is given and not null; the columns of tags and audience only if they are given. */
function textOf(given: DraftUpdate, before: Text) {
  return {
    title: given.title ?? before.title,
    content: given.content ?? before.content,
    format: given.format ?? before.format,
    ...(given.tags && { tags: JSON.stringify(given.tags) }),
    ...(given.audience && { audience: given.audience }),
  };
}

/**
 * Saves a draft that has one of these versions, or any version without them. From time to time the
 * previous text is kept as a revision. A save that changes nothing makes no new version. Throws 404
 * and StaleDraft.
 */
export async function saveDraft(
  ctx: Context,
  viewer: UserRow,
  id: number,
  given: DraftUpdate,
  options: {
    versions?: readonly number[] | undefined;
    keepBefore?: boolean;
    base?: number | null;
  } = {},
): Promise<DraftRow> {
  return tryUntilTaken(async () => {
    const draft = await getDraft(ctx, viewer, id);
    assertVersion(draft, options.versions);
    const change = changeOf(given, draft);
    if (options.base !== undefined) Object.assign(change, { base_revision: options.base });
    const names = Object.keys(change) as (keyof typeof change)[];
    if (names.every((name) => change[name] === draft[name])) return draft;
    const now = micros(ctx.clock);
    return transact(ctx.db, async (trx) => {
      const next = await store.updateDraft(trx, draft, { ...change, updated_at: now });
      if (next && next.content !== draft.content) await recordDraftUses(trx, next, draft.content);
      if (next) await keepBefore(trx, draft, { next, now, always: options.keepBefore === true });
      return next;
    });
  }, 'Too many are saving this draft at once');
}

function changeOf(given: DraftUpdate, draft: DraftRow) {
  const text = textOf(given, draft);
  const { publish_at: at } = given;
  if (at === undefined) return text;
  // A new time is a new attempt.
  return {
    ...text,
    publish_at: at === null ? null : (parseMicros(at) ?? null),
    publish_error: null,
  };
}

/** Throws StaleDraft if versions are named and the draft has none of them. */
export function assertVersion(draft: DraftRow, versions: readonly number[] | undefined): void {
  if (versions && !versions.includes(draft.version)) throw new StaleDraft(draft);
}

async function keepBefore(
  trx: Transaction,
  before: DraftRow,
  { next, now, always }: { next: DraftRow; now: number; always: boolean },
): Promise<void> {
  const names = ['title', 'content', 'format'] as const;
  if (names.every((name) => next[name] === before[name])) return;
  await (always ? keepState(trx, before, now) : keepAtTimes(trx, before, now));
}

/**
 * Deletes a draft; with it go its revisions if it was never published, and its post if that is
 * unpublished, since nothing else shows that post. Throws 404.
 */
export async function deleteDraft(ctx: Context, viewer: UserRow, id: number): Promise<void> {
  const { post_id: postId } = await getDraft(ctx, viewer, id);
  const deleted = await transact(ctx.db, async (trx) => {
    // Before the draft, because its deletion removes the draft's id from its revisions.
    await deleteRevisionsOfDraft(trx, id);
    if (!(await store.deleteDraft(trx, { id }))) return false;
    if (postId !== null) await deleteUnpublished(trx, postId);
    return true;
  });
  if (!deleted) throw draftNotFound();
}
