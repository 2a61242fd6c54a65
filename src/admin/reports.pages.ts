import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm, readForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { hidePost } from '../posts/moderate/moderating.service.ts';
import {
  closeReport,
  getReported,
  listOpenReports,
  settleReports,
} from '../reports/reports.service.ts';
import { REASON_MAX } from '../users/suspension.service.ts';
import { adminOptions } from './admin-options.ts';
import { reportsPage, type RefusedReport } from './reports.views.ts';

const Reason = Type.Object({ reason: Type.String({ minLength: 1, maxLength: REASON_MAX }) });
const ReportPath = Type.Object({ report_id: Type.Integer() });

/** How an editor hides a comment. */
type HideComment = (ctx: Context, actor: UserRow, id: number, reason: string) => Promise<unknown>;

/** `/admin/reports`: what was reported, and what editors do about it. */
export function registerReportsAdmin(
  app: App,
  ctx: Context,
  pages: Pages,
  hideComment: HideComment,
): void {
  addDoneMessages(app, {
    'report-hidden': 'Hidden. Its author sees your reason.',
    'report-closed': 'The report is closed.',
  });
  const { get, post } = adminOptions(pages);
  const byId = { ...post, schema: { hide: true, params: ReportPath } } as const;
  const show = async (request: FastifyRequest, refused?: RefusedReport) => {
    const { after } = request.query as { after?: unknown };
    const from = typeof after === 'string' && /^\d{1,15}$/.test(after) ? Number(after) : undefined;
    const list = await listOpenReports(ctx, from);
    return reportsPage(pages.pageContext(request, 'Reports'), list, refused);
  };

  app.get('/admin/reports', get, async (request, reply) =>
    sendPage(request, reply, await show(request)),
  );

  app.post('/admin/reports/:report_id/hide', byId, async (request, reply) => {
    const { report_id: id } = request.params;
    return handleForm(request, reply, {
      show: (state) => show(request, { id, state }),
      run: async () => {
        const actor = viewerOf(request);
        const about = await getReported(ctx, id);
        const { reason } = readForm(request, Reason);
        const settled = { actorId: actor.id, outcome: 'hidden' } as const;
        if ('postId' in about) {
          await hidePost(ctx, { actor, id: about.postId, reason }, (trx) =>
            settleReports(trx, ctx.clock, about, settled),
          );
        } else {
          await hideComment(ctx, actor, about.commentId, reason);
          await transact(ctx.db, (trx) => settleReports(trx, ctx.clock, about, settled));
        }
        return { location: '/admin/reports', done: 'report-hidden' };
      },
    });
  });

  app.post('/admin/reports/:report_id/close', byId, async (request, reply) => {
    const { report_id: id } = request.params;
    return handleForm(request, reply, {
      show: (state) => show(request, { id, state }),
      run: async () => {
        await closeReport(ctx, viewerOf(request), id);
        return { location: '/admin/reports', done: 'report-closed' };
      },
    });
  });
}
