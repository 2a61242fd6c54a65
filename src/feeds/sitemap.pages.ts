import { Readable } from 'node:stream';
import Type from 'typebox';
import type { Context } from '../context.ts';
import { HttpError } from '../errors.ts';
import { ASK_EACH_TIME, namesTag, weakTag } from '../http/cache/etag.ts';
import type { App } from '../http/app-type.ts';
import { sendShared } from '../http/pages/send-page.ts';
import { countFiles, postsOfFile, stateOfFiles } from './sitemap.service.ts';
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
    refuseOfMembers();
    const text = sitemapIndex(site, await countFiles(ctx));
    return sendShared(request, reply, { type: XML, text });
  });

  const params = Type.Object({ file: Type.Integer() });
  app.get('/sitemap-:file.xml', { schema: { hide: true, params } }, async (request, reply) => {
    refuseOfMembers();
    const { file } = request.params;
    const state = await stateOfFiles(ctx);
    if (file < 1 || file > state.files) throw new HttpError(404, 'Not Found');
    const etag = weakTag([publicUrl, file, ...Object.values(state)].join('\n'));
    reply.type(`${XML}; charset=utf-8`).headers({ etag, 'cache-control': ASK_EACH_TIME });
    // If the client has the file, nothing is read: with this ETag, the empty text becomes a 304.
    if (namesTag(request.headers['if-none-match'] ?? '', etag)) return reply.send('');
    const pieces = request.method === 'HEAD' ? [] : sitemapFile(site, postsOfFile(ctx, file));
    return reply.send(Readable.from(pieces));
  });

  /** On a blog for members, a sitemap of public posts would be empty. */
  function refuseOfMembers(): void {
    if (isMembersOnly()) throw new HttpError(404, 'Not Found');
  }
}
