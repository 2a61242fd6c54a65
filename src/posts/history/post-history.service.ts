import { validateObject } from '../../http/validation/validate.ts';
import { PostCreate } from '../post.ts';
import { getOwnPostFor } from '../posts.service.ts';
import { newestPublished } from '../revisions.store.ts';
import { updatePost } from '../writing.service.ts';
import type { History } from './history.service.ts';

/** The texts that a post had. Restoring one publishes it again, which makes a new revision. */
export const postHistory: History = {
  kind: 'post',
  restored: { code: 'restored', message: 'The earlier text is published again.' },

  async find(ctx, viewer, id) {
    const { state, title } = await getOwnPostFor(ctx, viewer, id, 'see-history');
    const published = state !== 'unpublished';
    return {
      postId: id,
      draftId: null,
      path: `/posts/${id}`,
      title,
      restorable: published,
      current: published ? await newestPublished(ctx.db, id) : null,
    };
  },

  async restore(ctx, viewer, id, { title, content, format }) {
    const text = validateObject(PostCreate, { title, content, format });
    await updatePost(ctx, viewer, id, text);
  },
};
