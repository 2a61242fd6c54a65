import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { Cursor } from '../posts/cursor.ts';
import { shown } from '../posts/posts.service.ts';
import type { Html } from '../views/html.ts';
import { limitSearches } from './limit.ts';
import { COUNTED_MAX, type Search, SearchRefused } from './search.service.ts';
import { emptySearchPage, foundPage, refusedPage } from './search.views.ts';

/**
 * `/search`, to which the box on every page leads. Never cached, because the same search is rarely
 * repeated.
 */
export function registerSearchPages(
  app: App,
  ctx: Context,
  { pageContext, open }: Pages,
  search: Search,
): void {
  const querystring = Type.Object({
    q: Type.Optional(Type.String()),
    sort: Type.Optional(Type.String()),
    cursor: Type.Optional(Cursor),
  });

  const page = async (request: FastifyRequest): Promise<Html> => {
    const { q = '', sort, cursor } = request.query as Static<typeof querystring>;
    const frame = pageContext(request, 'Search');
    if (q.trim() === '') return emptySearchPage(frame);
    await limitSearches(ctx, request);
    const best = sort === 'best';
    const asked = { best, ...(cursor !== undefined && { cursor }) };
    const { query, posts, total, atLeast, ranked, next } = await search.find(
      request.viewer,
      q,
      asked,
    );
    const ready = await Promise.all(posts.map((post) => shown(ctx, post)));
    const more = total !== undefined && total > COUNTED_MAX;
    return foundPage(frame, {
      typed: q,
      phrases: query.all,
      posts: ready,
      total: more ? COUNTED_MAX : total,
      more,
      atLeast,
      later: cursor !== undefined && ranked === best,
      ranked,
      refused: best && !ranked,
      next,
    });
  };

  app.get('/search', { ...open, schema: { hide: true, querystring } }, async (request, reply) => {
    reply.header('cache-control', 'private, no-store');
    try {
      return await sendPage(request, reply, await page(request));
    } catch (error) {
      if (!(error instanceof SearchRefused)) throw error;
      const refused = refusedPage(pageContext(request, 'Search'), error.reason);
      return sendPage(request, reply.code(error.status), refused);
    }
  });
}
