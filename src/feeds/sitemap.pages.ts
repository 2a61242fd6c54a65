import { Readable } from 'node:stream';
import Type from 'typebox';
import type { Context } from '../context.ts';
import { HttpError } from '../errors.ts';
import { ASK_EACH_TIME } from '../http/cache/etag.ts';
import type { App } from '../http/app-type.ts';
import { sendShared } from '../http/pages/send-page.ts';
import { countFiles, postsOfFile } from './sitemap.service.ts';
import { NO_ROBOTS, robots, sitemapFile, sitemapIndex } from './sitemap.views.ts';

const XML = 'application/xml';

/** `/robots.txt`, `/sitemap.xml` and the files that it names, for search engines. */
export function registerSitemap(app: App, ctx: Context, isMembersOnly: () => boolean): void {
  const { FRONTEND_URL: publicUrl, basePath } = ctx.config;
  const site = { publicUrl, basePath };
  const schema = { hide: true } as const;
  const cached = { config: { cached: 'session' }, schema } as const;

  app.get('/robots.txt', { schema }, (request, reply) => {
    const text = isMembersOnly() ? NO_ROBOTS : robots(site);
    return sendShared(request, reply, { type: 'text/plain', text });
  });

  app.get('/sitemap.xml', cached, async (request, reply) => {
    const text = sitemapIndex(site, await countFiles(ctx));
    return sendShared(request, reply, { type: XML, text });
  });

  const params = Type.Object({ file: Type.Integer() });
  app.get('/sitemap-:file.xml', { schema: { hide: true, params } }, async (request, reply) => {
    const { file } = request.params;
    if (file < 1 || file > (await countFiles(ctx))) throw new HttpError(404, 'Not Found');
    reply.type(`${XML}; charset=utf-8`).header('cache-control', ASK_EACH_TIME);
    return reply.send(Readable.from(sitemapFile(site, postsOfFile(ctx, file))));
  });
}
