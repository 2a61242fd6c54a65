import type { DraftRow, PostRow } from '../../db/schema.ts';

/** Where a composer stands. */
export interface Place {
  /** The path that the form is posted to, without the base path. */
  action: string;
  h1: string;
  /** Where "Cancel" leads, without the base path. */
  back: string;
  /** The draft whose text it shows; `savedAt`: microseconds. */
  draft?: { id: number; postId: number | null; savedAt: number } | undefined;
}

/** The form for a new text. */
export const newPlace = (): Place => ({ action: '/posts/new', h1: 'New Post', back: '/' });

/** The form for a post of one's own, which shows its draft if there is one. */
export const editPlace = ({ id, state }: EditedPost, draft?: DraftRow): Place => ({
  action: `/posts/${id}/edit`,
  h1: 'Edit Post',
  back: state === 'published' ? `/posts/${id}` : '/drafts',
  draft: draft && { id: draft.id, postId: id, savedAt: draft.updated_at },
});

type EditedPost = Pick<PostRow, 'id' | 'state'>;

/** The form of a draft. */
export const draftPlace = ({ id, post_id: postId, updated_at: savedAt }: DraftRow): Place => ({
  action: `/drafts/${id}`,
  h1: postId === null ? 'Draft' : 'Edit Post',
  back: '/drafts',
  draft: { id, postId, savedAt },
});

/** A draft as the composer's fields. No version of the post: it began from the one that is its base. */
export function valuesOf(draft: DraftRow): Record<string, string> {
  const { id, title, content, format, audience, version, form_key } = draft;
  const of = { draft: String(id), draft_version: String(version), version: '' };
  return { title, content, format, audience, form_key: form_key ?? '', ...of };
}
