import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { PostPath } from '../post.ts';
import { getOwnPostFor } from '../posts.service.ts';
import { unpublishPage } from './unpublish.views.ts';
import { type KeepAsDraft, unpublishPost } from './unpublish.service.ts';

/** `/posts/{post_id}/unpublish`: the question and its form. `keep` makes the draft. */
export function registerUnpublishPages(
  app: App,
  ctx: Context,
  pages: Pages,
  keep: KeepAsDraft,
): void {
  addDoneMessages(app, { unpublished: 'The post is a draft now, and only you see it.' });
  const { pageContext, signedIn, form } = pages;
  const ofPost = { schema: { hide: true, params: PostPath } } as const;
  const path = '/posts/:post_id/unpublish';

  app.get(path, { ...signedIn, ...ofPost }, async (request, reply) => {
    const post = await getOwnPostFor(ctx, viewerOf(request), request.params.post_id, 'update');
    return sendPage(request, reply, unpublishPage(pageContext(request, 'Unpublish Post'), post));
  });

  app.post(path, { ...form, ...ofPost }, async (request, reply) => {
    const post = await getOwnPostFor(ctx, viewerOf(request), request.params.post_id, 'update');
    return handleForm(request, reply, {
      show: ({ summary }) => {
        const page = pageContext(request, 'Unpublish Post');
        return unpublishPage({ ...page, ...(summary !== undefined && { error: summary }) }, post);
      },
      run: async () => {
        await unpublishPost(ctx, viewerOf(request), post.id, keep);
        return { location: `/posts/${post.id}/edit`, done: 'unpublished' };
      },
    });
  });
}
