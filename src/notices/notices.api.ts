import { requireBearer, viewerOf } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import { BEARER } from '../http/docs/openapi.ts';
import { href } from '../views/href.ts';
import { NoticePage, NoticesQuery, NoticesRead, NOTICES_SHOWN, toNoticePage } from './notice.ts';
import { getNotices, markRead } from './reading.service.ts';

/** `/api/notices`: what one is told. */
export function registerNoticesApi(app: App, ctx: Context): void {
  const bearer = { preValidation: requireBearer(ctx) };
  const about = { tags: ['notices'], security: BEARER };
  const pathOf = (path: string) => href(ctx.config, path);

  app.get(
    '/api/notices',
    {
      ...bearer,
      schema: {
        ...about,
        summary: 'Get Notices',
        querystring: NoticesQuery,
        response: { 200: NoticePage },
        errors: [401, 422],
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const before = cursor === undefined ? undefined : Number(cursor);
      return toNoticePage(await getNotices(ctx, viewerOf(request), { before, limit }), pathOf);
    },
  );

  app.post(
    '/api/notices/read',
    {
      // A request without a body means all notices.
      preValidation: [
        bearer.preValidation,
        async (request) => {
          request.body ??= {};
        },
      ],
      config: { body: 'json' },
      schema: {
        ...about,
        summary: 'Read Notices',
        body: NoticesRead,
        response: { 200: NoticePage },
        errors: [401, 422],
      },
    },
    async (request) => {
      const { notice_id: id, up_to: upTo } = request.body;
      const viewer = viewerOf(request);
      await markRead(ctx, viewer, id == null ? { upTo: upTo ?? Infinity } : { id });
      return toNoticePage(await getNotices(ctx, viewer, { limit: NOTICES_SHOWN }), pathOf);
    },
  );
}
