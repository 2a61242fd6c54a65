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
import { PostCreate, PostPath } from '../post.ts';
import { StalePost } from '../writing/writing.service.ts';
import { correctPage } from './correct.views.ts';
import { correctPost, getPostToModerate } from './moderating.service.ts';
import { REASON_MAX } from './moderating.views.ts';

const { title, content } = PostCreate.properties;
const Correction = Type.Object({
  title,
  content,
  version: Type.String({ pattern: '^\\d{1,15}$' }),
  reason: Type.Optional(Type.String({ maxLength: REASON_MAX })),
});

/** `/posts/{post_id}/correct`: an editor corrects somebody else's text. */
export function registerCorrectPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { corrected: 'The correction is published.' });
  const { pageContext, signedIn, form } = pages;
  const ofPost = { schema: { hide: true, params: PostPath } } as const;
  const path = '/posts/:post_id/correct';
  const find = (request: FastifyRequest) => {
    const { post_id: id } = request.params as { post_id: number };
    return getPostToModerate(ctx, viewerOf(request), id);
  };

  app.get(path, { ...signedIn, ...ofPost }, async (request, reply) => {
    const page = pageContext(request, 'Correct Post');
    return sendPage(request, reply, correctPage(page, await find(request), { state: EMPTY }));
  });

  app.post(path, { ...form, ...ofPost }, async (request, reply) => {
    const post = await find(request);
    return handleForm(request, reply, {
      show: async (state, error) => {
        const met = error instanceof StalePost ? await find(request) : undefined;
        return correctPage(pageContext(request, 'Correct Post'), post, { state, met });
      },
      run: async () => {
        const { version, reason = '', ...text } = readForm(request, Correction);
        const given = { ...text, reason, version: Number(version) };
        await correctPost(ctx, viewerOf(request), post.id, given);
        return { location: `/posts/${post.id}`, done: 'corrected' };
      },
    });
  });
}
