import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import type { Context } from '../../context.ts';
import type { App } from '../../http/app-type.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { UserPath } from '../../users/user.ts';
import { listQuery } from '../post.ts';
import {
  type ArchiveOf,
  archiveOfPerson,
  archiveOfTag,
  getMonth,
  getMonths,
} from './archive.service.ts';
import { archivePage, monthPage } from './archive.views.ts';
import { monthName, monthOf } from './month.ts';

const MonthPath = Type.Object({ year: Type.Integer(), month: Type.Integer() });
const TagPath = Type.Object({ tag: Type.String() });
const NoPath = Type.Object({});

/** The archives of the blog, of a person and of a tag, and their months. */
export function registerArchivePages(app: App, ctx: Context, pages: Pages): void {
  register('', NoPath, async () => undefined);
  register('/users/:user_id', UserPath, ({ params }) =>
    archiveOfPerson(ctx, (params as Static<typeof UserPath>).user_id),
  );
  register('/tags/:tag', TagPath, ({ params, viewer }) =>
    archiveOfTag(ctx, viewer, (params as Static<typeof TagPath>).tag),
  );

  function register(
    below: string,
    path: typeof NoPath | typeof TagPath | typeof UserPath,
    find: (request: FastifyRequest) => Promise<ArchiveOf | undefined>,
  ): void {
    const { pageContext, cached } = pages;
    app.get(
      `${below}/archive`,
      { ...cached, schema: { hide: true, params: path } },
      async (request, reply) => {
        const of = await find(request);
        const months = await getMonths(ctx, request.viewer, of?.whose);
        const page = pageContext(request, of ? `Archive: ${of.name}` : 'Archive');
        return sendPage(request, reply, archivePage(page, of, months));
      },
    );

    const params = Type.Object({ ...path.properties, ...MonthPath.properties });
    const querystring = listQuery(ctx.config.POSTS_PER_PAGE);
    app.get(
      `${below}/archive/:year/:month`,
      { ...cached, schema: { hide: true, params, querystring } },
      async (request, reply) => {
        const of = await find(request);
        const month = monthOf(request.params);
        const asked = { ...request.query, month, whose: of?.whose };
        const found = await getMonth(ctx, request.viewer, asked);
        const name = monthName(month);
        const page = pageContext(request, of ? `${name}: ${of.name}` : name);
        return sendPage(request, reply, monthPage(page, of, { month, ...found }));
      },
    );
  }
}
