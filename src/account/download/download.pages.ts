import { sessionOf, viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import type { App } from '../../http/app-type.ts';
import { packAccount } from './download.service.ts';

/** "Download my data": posted by a form, so that no link on another site can trigger it. */
export function registerDownloadPages(app: App, ctx: Context, { form }: Pages): void {
  app.post('/account/download', form, async (request, reply) => {
    const user = viewerOf(request);
    await ctx.limits.downloads.take(String(user.id));
    const zip = await packAccount(ctx, user, sessionOf(request));
    reply.headers({
      'content-disposition': 'attachment; filename="my-data.zip"',
      'cache-control': 'private, no-store',
    });
    return reply.type('application/zip').send(zip);
  });
}
