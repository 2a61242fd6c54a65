import type { FastifyReply, FastifyRequest } from 'fastify';
import Type from 'typebox';
import { viewerOf } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import { addDoneMessages } from '../../http/pages/done-messages.ts';
import { handleForm } from '../../http/pages/form.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage, sendPrivate } from '../../http/pages/send-page.ts';
import { MEDIA } from '../../media/picture-variants.ts';
import { pageQuery } from '../../posts/post.ts';
import { href } from '../../views/href.ts';
import { atomFeed } from '../atom.views.ts';
import { ENTRIES, type Feed, FORMATS } from '../feed.ts';
import { jsonFeed } from '../json-feed.views.ts';
import { getOwnNotices, getOwnPosts } from './own-feeds.service.ts';
import { endFeed, findMadeAt, makeFeed } from './private-feeds.service.ts';
import { privateFeedsPage } from './private-feeds.views.ts';

const WRITERS = [
  { ...FORMATS.atom, write: atomFeed },
  { ...FORMATS.json, write: jsonFeed },
];

/** Feeds of what one person may read, for whoever has their address, and the page where they make and end it. */
export function registerPrivateFeeds(app: App, ctx: Context, pages: Pages): void {
  registerFeeds(app, ctx, pages);
  registerAddress(app, ctx, pages);
}

/** These routes only read, and ignore cookies. */
function registerFeeds(app: App, ctx: Context, { pageContext }: Pages): void {
  const posts = pageQuery(ENTRIES).properties.cursor;
  const notices = Type.Optional(Type.String({ pattern: '^\\d{1,15}$' }));
  const lists = [
    { folder: '/feeds/:token/', cursor: posts, find: getOwnPosts },
    { folder: '/feeds/:token/notices/', cursor: notices, find: getOwnNotices },
  ];
  const mediaBase = href(ctx.config, MEDIA);

  for (const { folder, cursor, find } of lists) {
    const schema = { hide: true, querystring: Type.Object({ cursor }) } as const;
    for (const { file, type, write } of WRITERS) {
      const send = (request: FastifyRequest, reply: FastifyReply, feed: Feed) => {
        const site = { ...pageContext(request, ''), mediaBase };
        return sendPrivate(request, reply, { type, text: write(site, feed) });
      };
      app.get(folder + file, { schema }, async (request, reply) => {
        const { token } = request.params as { token: string };
        const { cursor: after } = request.query;
        return send(request, reply, await find(ctx, { token, cursor: after }));
      });
    }
  }
}

function registerAddress(app: App, ctx: Context, { pageContext, signedIn, form }: Pages): void {
  addDoneMessages(app, { 'feeds-ended': 'Your feeds have ended.' });
  const show = async (request: FastifyRequest, token?: string) =>
    privateFeedsPage(pageContext(request, 'Your Feeds'), {
      madeAt: await findMadeAt(ctx, viewerOf(request)),
      token,
    });

  app.get('/account/feeds', signedIn, async (request, reply) =>
    sendPage(request, reply, await show(request)),
  );

  app.post('/account/feeds', form, (request, reply) =>
    handleForm(request, reply, {
      show: () => show(request),
      // The address is shown only once, because its token is not stored.
      run: async () => ({ page: await show(request, await makeFeed(ctx, viewerOf(request))) }),
    }),
  );

  app.post('/account/feeds/end', form, (request, reply) =>
    handleForm(request, reply, {
      show: () => show(request),
      run: async () => {
        await endFeed(ctx, viewerOf(request));
        return { location: '/account/feeds', done: 'feeds-ended' };
      },
    }),
  );
}
