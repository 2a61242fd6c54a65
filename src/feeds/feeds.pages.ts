import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendShared } from '../http/pages/send-page.ts';
import { pageQuery } from '../posts/post.ts';
import { UserPath } from '../users/user.ts';
import { atomFeed } from './atom.views.ts';
import { ENTRIES, type Feed, FORMATS } from './feed.ts';
import { getFeed } from './feeds.service.ts';
import { jsonFeed } from './json-feed.views.ts';

const FEEDS = [
  { ...FORMATS.atom, write: atomFeed },
  { ...FORMATS.json, write: jsonFeed },
];

/** Public feeds: the same for everybody, so cookies are ignored. */
export function registerFeeds(app: App, ctx: Context, { pageContext }: Pages): void {
  const { cursor } = pageQuery(ENTRIES).properties;
  const schema = { hide: true, querystring: Type.Object({ cursor }) } as const;
  const options = { config: { cached: 'session' }, schema } as const;
  const personal = { ...options, schema: { ...schema, params: UserPath } } as const;

  for (const { file, type, write } of FEEDS) {
    const send = (request: FastifyRequest, reply: FastifyReply, feed: Feed) =>
      sendShared(request, reply, { type, text: write(pageContext(request, ''), feed) });

    app.get(`/${file}`, options, async (request, reply) =>
      send(request, reply, await getFeed(ctx, request.query)),
    );
    app.get(`/tags/:tag/${file}`, options, async (request, reply) => {
      const { tag } = request.params as { tag: string };
      return send(request, reply, await getFeed(ctx, { tag, ...request.query }));
    });
    app.get(`/users/:user_id/${file}`, personal, async (request, reply) =>
      send(
        request,
        reply,
        await getFeed(ctx, { userId: request.params.user_id, ...request.query }),
      ),
    );
  }
}
