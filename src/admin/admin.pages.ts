import { authorize } from '../auth/policy.ts';
import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { readLog } from '../moderation/log.service.ts';
import { adminOptions } from './admin-options.ts';
import { overviewPage } from './admin.views.ts';
import { logPage } from './log.views.ts';
import { countEverything } from './people.service.ts';

/** The first admin page, and the log, which members may read too. */
export function registerAdminPages(app: App, ctx: Context, pages: Pages): void {
  const { pageContext, signedIn } = pages;

  app.get('/admin', adminOptions(pages).get, async (request, reply) => {
    const totals = await countEverything(ctx);
    return sendPage(request, reply, overviewPage(pageContext(request, 'Admin'), totals));
  });

  app.get('/admin/log', signedIn, async (request, reply) => {
    authorize(viewerOf(request), 'read-log', { kind: 'blog' }, 'Only members may read the log');
    const { before } = request.query as { before?: unknown };
    const from =
      typeof before === 'string' && /^\d{1,15}$/.test(before) ? Number(before) : undefined;
    return sendPage(request, reply, logPage(pageContext(request, 'Log'), await readLog(ctx, from)));
  });
}
