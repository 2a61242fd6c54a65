import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm, readForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { EMPTY } from '../../views/form.ts';
import { PostPath } from '../post.ts';
import * as service from './moderating.service.ts';
import { moderatingPage, REASON_MAX, removePostPage, type Refused } from './moderating.views.ts';

const Reason = Type.Object({ reason: Type.String({ minLength: 1, maxLength: REASON_MAX }) });

/** `/posts/{post_id}/moderate`: what editors do with a post. `also`: done when one is hidden. */
export function registerModeratingPages(
  app: App,
  ctx: Context,
  pages: Pages,
  also: service.AlsoModerated,
): void {
  addDoneMessages(app, {
    hidden: 'The post is hidden.',
    'shown-again': 'The post is shown again.',
  });
  const { pageContext, signedIn, form } = pages;
  const ofPost = { schema: { hide: true, params: PostPath } } as const;
  const path = '/posts/:post_id/moderate';
  const find = (request: FastifyRequest) => {
    const { post_id: id } = request.params as { post_id: number };
    return service.getPostToModerate(ctx, viewerOf(request), id);
  };
  const show = async (request: FastifyRequest, refused?: Refused) => {
    const post = await find(request);
    const reason = await service.hiddenReason(ctx, post);
    return moderatingPage(pageContext(request, 'Moderate'), post, { reason, refused });
  };

  app.get(path, { ...signedIn, ...ofPost }, async (request, reply) =>
    sendPage(request, reply, await show(request)),
  );

  app.post(`${path}/hide`, { ...form, ...ofPost }, async (request, reply) => {
    const { id } = await find(request);
    return handleForm(request, reply, {
      show: (state) => show(request, { form: 'hide', state }),
      run: async () => {
        const { reason } = readForm(request, Reason);
        await service.hidePost(ctx, { actor: viewerOf(request), id, reason }, also);
        return { location: `/posts/${id}`, done: 'hidden' };
      },
    });
  });

  app.post(`${path}/restore`, { ...form, ...ofPost }, async (request, reply) => {
    const { id } = await find(request);
    return handleForm(request, reply, {
      show: (state) => show(request, { form: 'restore', state }),
      run: async () => {
        await service.restorePost(ctx, { actor: viewerOf(request), id });
        return { location: `/posts/${id}`, done: 'shown-again' };
      },
    });
  });

  app.get(`${path}/delete`, { ...signedIn, ...ofPost }, async (request, reply) => {
    const post = await find(request);
    const page = pageContext(request, 'Delete Post');
    return sendPage(request, reply, removePostPage(page, post, EMPTY));
  });

  app.post(`${path}/delete`, { ...form, ...ofPost }, async (request, reply) => {
    const post = await find(request);
    return handleForm(request, reply, {
      show: (state) => removePostPage(pageContext(request, 'Delete Post'), post, state),
      run: async () => {
        const { reason } = readForm(request, Reason);
        await service.removePost(ctx, { actor: viewerOf(request), id: post.id, reason });
        return { location: '/', done: 'deleted' };
      },
    });
  });
}
