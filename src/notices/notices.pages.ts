import { viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { addDoneMessages } from '../http/pages/done-messages.ts';
import { handleForm } from '../http/pages/form.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { NoticePath, NOTICES_SHOWN, NoticesBefore } from './notice.ts';
import { noticesPage } from './notices.views.ts';
import { getNotices, markRead, openNotice } from './reading.service.ts';

/** The list of one's notices, and the forms that mark them as read. */
export function registerNoticesPages(app: App, ctx: Context, pages: Pages): void {
  addDoneMessages(app, { 'notices-read': 'All notices are marked as read.' });
  const { pageContext, signedIn, form } = pages;

  app.get(
    '/notices',
    { ...signedIn, schema: { hide: true, querystring: NoticesBefore } },
    async (request, reply) => {
      const { before } = request.query;
      const list = await getNotices(ctx, viewerOf(request), {
        before: before === undefined ? undefined : Number(before),
        limit: NOTICES_SHOWN,
      });
      return sendPage(request, reply, noticesPage(pageContext(request, 'Notices'), list));
    },
  );

  app.post('/notices/read', form, async (request, reply) => {
    const { up_to: upTo = '' } = (request.body ?? {}) as Record<string, string>;
    return handleForm(request, reply, {
      show: async () => {
        const list = await getNotices(ctx, viewerOf(request), { limit: NOTICES_SHOWN });
        return noticesPage(pageContext(request, 'Notices'), list);
      },
      run: async () => {
        const newest = /^\d{1,15}$/.test(upTo) ? Number(upTo) : Infinity;
        await markRead(ctx, viewerOf(request), { upTo: newest });
        return { location: '/notices', done: 'notices-read' };
      },
    });
  });

  app.post(
    '/notices/:notice_id/open',
    { ...form, schema: { hide: true, params: NoticePath } },
    async (request, reply) => {
      const location = await openNotice(ctx, viewerOf(request), request.params.notice_id);
      return handleForm(request, reply, {
        show: async () => {
          const list = await getNotices(ctx, viewerOf(request), { limit: NOTICES_SHOWN });
          return noticesPage(pageContext(request, 'Notices'), list);
        },
        run: async () => ({ location }),
      });
    },
  );
}
