import Type from 'typebox';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { listQuery } from '../post.ts';
import { getMonth, getMonths } from './archive.service.ts';
import { archivePage, monthPage } from './archive.views.ts';
import { monthName, monthOf } from './month.ts';

const MonthPath = Type.Object({ year: Type.Integer(), month: Type.Integer() });

/** `/archive` and its months. */
export function registerArchivePages(app: App, ctx: Context, { pageContext, cached }: Pages): void {
  app.get('/archive', cached, async (request, reply) => {
    const months = await getMonths(ctx, request.viewer);
    return sendPage(request, reply, archivePage(pageContext(request, 'Archive'), months));
  });

  const querystring = listQuery(ctx.config.POSTS_PER_PAGE);
  app.get(
    '/archive/:year/:month',
    { ...cached, schema: { hide: true, params: MonthPath, querystring } },
    async (request, reply) => {
      const month = monthOf(request.params);
      const found = await getMonth(ctx, request.viewer, month, request.query);
      const page = pageContext(request, monthName(month));
      return sendPage(request, reply, monthPage(page, month, found));
    },
  );
}
