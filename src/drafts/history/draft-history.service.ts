import { saveDraft } from '../drafts.service.ts';
import { getDraft } from '../reading.service.ts';
import { findPostOfDraft } from '../share/published-drafts.service.ts';
import type { History } from '../../posts/history/history.service.ts';

/**
 * The earlier texts of a draft. Restoring one replaces the draft's text, which is kept as a
 * revision. Earlier texts of a post's draft are in the history of the post.
 */
export const draftHistory: History = {
  kind: 'draft',
  restored: { code: 'draft-restored', message: 'The draft has the earlier text again.' },

  async find(ctx, viewer, id) {
    const published = await findPostOfDraft(ctx, viewer, id);
    if (published !== undefined) return `/posts/${published}/history`;
    const draft = await getDraft(ctx, viewer, id);
    if (draft.post_id !== null) return `/posts/${draft.post_id}/history`;
    const { title, content, format, updated_at: savedAt } = draft;
    return {
      postId: null,
      draftId: id,
      path: `/drafts/${id}`,
      title,
      restorable: true,
      current: null,
      now: { title, content, format, savedAt },
    };
  },

  async restore(ctx, viewer, id, { title, content, format, tags }) {
    const text = { title, content, format, tags: JSON.parse(tags) as string[] };
    await saveDraft(ctx, viewer, id, text, { keepBefore: true });
  },
};
