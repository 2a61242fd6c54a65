import type { FastifyRequest } from 'fastify';
import { authorize, can } from '../auth/policy.ts';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { readLog } from '../moderation/log.service.ts';
import { adminOptions } from './admin-options.ts';
import { overviewPage } from './admin.views.ts';
import { logPage } from './log.views.ts';
import { type Finding, getOverview, shareChecks } from './overview.service.ts';

/**
 * The first admin page, and the log, which members may read too. `check`: looks at the whole setup of
 * the blog, as the doctor does.
 */
export function registerAdminPages(
  app: App,
  ctx: Context,
  pages: Pages,
  check: () => Promise<Finding[]>,
): void {
  const { pageContext, signedIn } = pages;
  const checked = shareChecks(check);
  const show = async (request: FastifyRequest, findings?: Finding[]) => {
    const storage = can(viewerOf(request), 'run', { kind: 'blog' });
    const overview = await getOverview(ctx, { storage });
    // The same page, also as the answer to a form.
    const page = { ...pageContext(request, 'Admin'), path: '/admin' };
    return overviewPage(page, { ...overview, findings });
  };

  app.get('/admin', adminOptions(pages).get, async (request, reply) =>
    sendPage(request, reply, await show(request)),
  );

  app.post('/admin/check', adminOptions(pages, 'run').post, async (request, reply) =>
    sendPage(request, reply, await show(request, await checked())),
  );

  app.get('/admin/log', signedIn, async (request, reply) => {
    authorize(viewerOf(request), 'read-log', { kind: 'blog' }, 'Only members may read the log');
    const { before } = request.query as { before?: unknown };
    const from =
      typeof before === 'string' && /^\d{1,15}$/.test(before) ? Number(before) : undefined;
    const log = await readLog(ctx, viewerOf(request), from);
    return sendPage(request, reply, logPage(pageContext(request, 'Log'), log));
  });
}
