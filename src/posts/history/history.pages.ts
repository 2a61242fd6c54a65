import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { EMPTY, type Form } from '../../views/form.ts';
import { PostPath } from '../post.ts';
import { compareRevision, getHistory, restoreRevision } from './history.service.ts';
import { historyPage, revisionPage } from './history.views.ts';
import { RevisionCursor } from './revision.ts';

const RevisionPath = Type.Object({ ...PostPath.properties, revision_id: Type.Integer() });

/** `/posts/{post_id}/history`: the texts that a post had, for those who may see them. */
export function registerHistoryPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { restored: 'The earlier text is published again.' });
  const { pageContext, signedIn, form } = pages;
  const querystring = Type.Object({ cursor: RevisionCursor });

  app.get(
    '/posts/:post_id/history',
    { ...signedIn, schema: { hide: true, params: PostPath, querystring } },
    async (request, reply) => {
      const { cursor } = request.query;
      const before = cursor === undefined ? undefined : Number(cursor);
      const history = await getHistory(ctx, viewerOf(request), request.params.post_id, before);
      const page = pageContext(request, 'History');
      return sendPage(request, reply, historyPage(page, { ...history, first: !cursor }));
    },
  );

  const params = { schema: { hide: true, params: RevisionPath } } as const;
  const show = async (request: FastifyRequest, state: Form) => {
    const { post_id: postId, revision_id: id } = request.params as Record<string, number>;
    const compared = await compareRevision(ctx, viewerOf(request), postId ?? 0, id ?? 0);
    return revisionPage(pageContext(request, 'Revision'), compared, state);
  };

  app.get(
    '/posts/:post_id/history/:revision_id',
    { ...signedIn, ...params },
    async (request, reply) => sendPage(request, reply, await show(request, EMPTY)),
  );

  app.post(
    '/posts/:post_id/history/:revision_id/restore',
    { ...form, ...params },
    async (request, reply) =>
      handleForm(request, reply, {
        show: (state) => show(request, state),
        run: async () => {
          const { post_id: postId, revision_id: id } = request.params;
          await restoreRevision(ctx, viewerOf(request), postId, id);
          return { location: `/posts/${postId}`, done: 'restored' };
        },
      }),
  );
}
