import { validateObject } from '../../http/validation/validate.ts';
import { PostCreate, postSubject } from '../post.ts';
import { authorize, can } from '../../auth/policy.ts';
import { getPostOrOwn, REFUSED } from '../posts.service.ts';
import { newestPublished } from './revisions.store.ts';
import { updatePost } from '../writing/writing.service.ts';
import type { History } from './history.service.ts';

/** The texts that a post had. Restoring one publishes it again, which makes a new revision. */
export const postHistory: History = {
  kind: 'post',
  restored: { code: 'restored', message: 'The earlier text is published again.' },

  async find(ctx, viewer, id) {
    const post = await getPostOrOwn(ctx, viewer, id);
    const { state, title } = post;
    const own = can(viewer, 'see-history', postSubject(post));
    // What its author has not published is shown to nobody else.
    if (!own) authorize(viewer, 'moderate', postSubject(post), REFUSED['see-history']);
    const published = state !== 'unpublished';
    return {
      postId: id,
      draftId: null,
      path: `/posts/${id}`,
      title,
      restorable: published && own,
      publishedOnly: !own,
      current: published ? await newestPublished(ctx.db, id) : null,
    };
  },

  async restore(ctx, viewer, id, { title, content, format }) {
    const text = validateObject(PostCreate, { title, content, format });
    await updatePost(ctx, viewer, id, text);
  },
};
