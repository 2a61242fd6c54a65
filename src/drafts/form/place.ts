import type { DraftRow, PostRow } from '../../db/schema.ts';
import { writeTags } from '../../tags/tag-line.ts';
import { tagsOf } from '../draft.ts';
import { shownIn } from '../schedule/zoned-time.ts';

/** Where a composer stands. */
export interface Place {
  /** The path that the form is posted to, without the base path. */
  action: string;
  h1: string;
  /** Where "Cancel" leads, without the base path. */
  back: string;
  /** The draft whose text it shows. */
  draft?: PlacedDraft | undefined;
}

interface PlacedDraft {
  id: number;
  postId: number | null;
  /** microseconds */
  savedAt: number;
  /** when it is to be published by itself, in microseconds; and why that failed */
  publishAt: number | null;
  publishError: string | null;
}

const placed = (draft: DraftRow, postId: number | null): PlacedDraft => ({
  id: draft.id,
  postId,
  savedAt: draft.updated_at,
  publishAt: draft.publish_at,
  publishError: draft.publish_error,
});

/** The form for a new text. */
export const newPlace = (): Place => ({ action: '/posts/new', h1: 'New Post', back: '/' });

/** The form for a post of one's own, which shows its draft if there is one. */
export const editPlace = ({ id, state }: EditedPost, draft?: DraftRow): Place => ({
  action: `/posts/${id}/edit`,
  h1: 'Edit Post',
  back: state !== 'unpublished' ? `/posts/${id}` : '/drafts',
  draft: draft && placed(draft, id),
});

type EditedPost = Pick<PostRow, 'id' | 'state'>;

/** The form of a draft. */
export const draftPlace = (draft: DraftRow): Place => ({
  action: `/drafts/${draft.id}`,
  h1: draft.post_id === null ? 'Draft' : 'Edit Post',
  back: '/drafts',
  draft: placed(draft, draft.post_id),
});

/**
 * The fields of the time of publishing, in the blog's zone. If no time is set yet, scripts choose the
 * browser's zone instead.
 */
export function scheduleValues(zone: string, draft?: DraftRow): Record<string, string> {
  if (draft?.publish_at == null) return { publish_zone: zone };
  const { date, time } = shownIn(zone, draft.publish_at);
  return { publish_date: date, publish_time: time, publish_zone: zone };
}

/**
 * A draft as the composer's fields. Without the post's version, since `base_revision` says which
 * one the draft began from.
 */
export function valuesOf(draft: DraftRow): Record<string, string> {
  const { id, title, content, format, audience, version, form_key } = draft;
  const tags = writeTags(tagsOf(draft));
  const of = { draft: String(id), draft_version: String(version), version: '' };
  return { title, content, format, audience, tags, form_key: form_key ?? '', ...of };
}
