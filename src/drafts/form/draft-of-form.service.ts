import type { Context } from '../../context.ts';
import type { DraftRow, UserRow } from '../../db/schema.ts';
import { micros } from '../../db/time.ts';
import { transact } from '../../db/transact.ts';
import { sameTags } from '../../tags/tag.ts';
import { tagsOf } from '../draft.ts';
import { keepText } from '../draft-revisions.service.ts';
import * as store from '../drafts.store.ts';
import type { TextConflict } from './text-conflict.ts';
import type { Origin, Text } from './written.ts';

/**
 * The viewer's draft that a form's text belongs to: the one it names; else the one that the page
 * has made, or that its post has.
 */
export async function findDraftOf(
  { db }: Context,
  viewer: UserRow,
  { knowsDrafts, draftId, postId, formKey }: Origin,
): Promise<DraftRow | undefined> {
  if (!knowsDrafts) return undefined;
  const userId = viewer.id;
  const named = draftId === null ? undefined : await store.findDraft(db, draftId);
  if (named?.user_id === userId && (postId === null || named.post_id === postId)) return named;
  if (postId !== null) return store.findDraftOfPost(db, { userId, postId });
  return formKey === null || draftId !== null
    ? undefined
    : store.findDraftOfForm(db, { userId, formKey });
}

type Compared = Omit<Text, 'tags'> & { tags?: string | string[] | null };

/**
 * Whether both have the same title, content and format, and the same audience and tags where both
 * name them.
 */
export function isSame(one: Compared, other: Compared): boolean {
  const names = ['title', 'content', 'format'] as const;
  const readers = one.audience && other.audience;
  const tags = one.tags && other.tags;
  return (
    names.every((name) => one[name] === other[name]) &&
    (!readers || one.audience === other.audience) &&
    (!tags || sameTags(listOf(one), listOf(other)))
  );
}

/** The tags of a row (JSON) or of a form (a list). */
const listOf = ({ tags }: Compared): string[] =>
  typeof tags === 'string' ? tagsOf({ tags }) : (tags ?? []);

/**
 * Keeps the losing text of a conflict as a revision, so that it is safe whatever is decided, even
 * if the page is closed.
 */
export async function keepLosing(
  ctx: Context,
  viewer: UserRow,
  text: Text,
  { draft, post }: TextConflict,
): Promise<void> {
  const now = micros(ctx.clock);
  await transact(ctx.db, async (trx) => {
    const current = draft && (await store.findDraft(trx, draft.id));
    if (!current && !post) return;
    const of = {
      draft_id: current?.id ?? null,
      post_id: post?.id ?? current?.post_id ?? null,
      tags: text.tags ? JSON.stringify(text.tags) : (current?.tags ?? '[]'),
    };
    await keepText(trx, { ...text, ...of }, { by: viewer.id, now });
  });
}
