import type { FastifyRequest } from 'fastify';
import { viewerOf } from '../../auth/viewer.ts';
import { CommentPath } from '../../comments/comment.ts';
import { getHeldComments } from '../../comments/held/held.service.ts';
import { removeComment, restoreComment } from '../../comments/moderate/moderating.service.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { adminOptions } from '../admin-options.ts';
import { heldCommentsPage, type RefusedDeletion } from './held.views.ts';

/** `/admin/comments`: comments that wait for an editor, and what editors do about them. */
export function registerCommentsAdmin(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, {
    'held-approved': 'Approved. Readers see the comment now.',
    'held-deleted': 'Comment deleted.',
  });
  const { get, post } = adminOptions(pages);
  const byId = { ...post, schema: { hide: true, params: CommentPath } } as const;
  const show = async (request: FastifyRequest, refused?: RefusedDeletion) => {
    const { after } = request.query as { after?: unknown };
    const from = typeof after === 'string' && /^\d{1,15}$/.test(after) ? Number(after) : undefined;
    const list = await getHeldComments(ctx, from);
    return heldCommentsPage(pages.pageContext(request, 'Comments'), list, refused);
  };

  app.get('/admin/comments', get, async (request, reply) =>
    sendPage(request, reply, await show(request)),
  );

  app.post('/admin/comments/:comment_id/approve', byId, (request, reply) =>
    handleForm(request, reply, {
      show: (_, error) => {
        throw error;
      },
      run: async () => {
        await restoreComment(ctx, viewerOf(request), request.params.comment_id);
        return { location: '/admin/comments', done: 'held-approved' };
      },
    }),
  );

  app.post('/admin/comments/:comment_id/delete', byId, (request, reply) => {
    const { comment_id: id } = request.params;
    return handleForm(request, reply, {
      show: (state, error) => {
        if (error.status !== 422) throw error;
        return show(request, { id, state });
      },
      run: async () => {
        const { reason = '' } = (request.body ?? {}) as { reason?: string };
        await removeComment(ctx, viewerOf(request), id, reason);
        return { location: '/admin/comments', done: 'held-deleted' };
      },
    });
  });
}
