import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { EMPTY, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import {
  compareRevision,
  findRevision,
  getHistory,
  type History,
  type Writing,
} from './history.service.ts';
import { historyPage, revisionPage } from './history.views.ts';
import { RevisionCursor } from './revision.ts';

/** `/posts/{post_id}/history` or `/drafts/{draft_id}/history`: earlier texts, for those who may see them. */
export function registerHistoryPages(app: App, ctx: Context, pages: Pages, history: History): void {
  const { kind, restored } = history;
  addDoneMessages(app, { [restored.code]: restored.message });
  const { pageContext, signedIn, form } = pages;
  const Path = Type.Object({ [`${kind}_id`]: Type.Integer() });
  const RevisionPath = Type.Object({ ...Path.properties, revision_id: Type.Integer() });
  const base = `/${kind}s/:${kind}_id/history`;

  /** The post or draft; or undefined, after a redirect to where its history is. */
  const find = async (request: FastifyRequest, reply: FastifyReply) => {
    const found = await history.find(ctx, viewerOf(request), idsOf(request).id);
    if (typeof found !== 'string') return found;
    reply.redirect(href(app, found), 303);
    return undefined;
  };
  const idsOf = (request: FastifyRequest) => {
    const params = request.params as Record<string, number>;
    return { id: params[`${kind}_id`] ?? 0, revision: params['revision_id'] ?? 0 };
  };

  const querystring = Type.Object({ cursor: RevisionCursor });
  app.get(
    base,
    { ...signedIn, schema: { hide: true, params: Path, querystring } },
    async (request, reply) => {
      const writing = await find(request, reply);
      if (!writing) return reply;
      const { cursor } = request.query;
      const before = cursor === undefined ? undefined : Number(cursor);
      const shown = { ...(await getHistory(ctx, writing, before)), first: !cursor };
      return sendPage(request, reply, historyPage(pageContext(request, 'History'), kind, shown));
    },
  );

  const params = { schema: { hide: true, params: RevisionPath } } as const;
  const show = async (request: FastifyRequest, writing: Writing, state: Form) => {
    const compared = await compareRevision(ctx, writing, idsOf(request).revision);
    return revisionPage(pageContext(request, 'Revision'), kind, compared, state);
  };

  app.get(`${base}/:revision_id`, { ...signedIn, ...params }, async (request, reply) => {
    const writing = await find(request, reply);
    return writing ? sendPage(request, reply, await show(request, writing, EMPTY)) : reply;
  });

  app.post(`${base}/:revision_id/restore`, { ...form, ...params }, async (request, reply) => {
    const writing = await find(request, reply);
    if (!writing) return reply;
    return handleForm(request, reply, {
      show: (state) => show(request, writing, state),
      run: async () => {
        const { id, revision } = idsOf(request);
        const text = await findRevision(ctx, writing, revision);
        await history.restore(ctx, viewerOf(request), id, text);
        return { location: writing.path, done: restored.code };
      },
    });
  });
}
