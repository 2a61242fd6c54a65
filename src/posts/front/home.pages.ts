import type { FastifyRequest } from 'fastify';
import type { UserRow } from '../../db/schema.ts';
import type { Context } from '../../context.ts';
import { micros } from '../../db/time.ts';
import type { App } from '../../http/app-type.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import type { Page } from '../../views/layout.ts';
import { readCursor } from '../cursor.ts';
import { listQuery } from '../post.ts';
import { getEntries, type PostsPage } from '../posts.service.ts';
import { homePage, type HomeSlots } from './home.views.ts';
import { getPinned } from './pins.service.ts';
import { firstSeen, lastVisit, noteVisit } from './visits.service.ts';

/** What a later feature shows on the first page. `empty`: there are no posts. */
type HomeSlot = (
  request: FastifyRequest,
  page: Page,
  list: { empty: boolean },
) => Promise<HomeSlots>;

/** `/` and `/posts`, the same page. */
export function registerHomePage(
  app: App,
  ctx: Context,
  { pageContext, cached }: Pages,
  slotOf: HomeSlot,
): void {
  const schema = { hide: true, querystring: listQuery(ctx.config.POSTS_PER_PAGE) } as const;
  for (const path of ['/', '/posts']) {
    app.get(path, { ...cached, schema }, async (request, reply) => {
      const { viewer, query } = request;
      const list = await getEntries(ctx, viewer, query);
      const place = query.cursor === undefined ? undefined : readCursor(query.cursor);
      const first = !place && query.skip === 0;
      const page = pageContext(request, 'Home');
      const front = {
        slots: first ? await slotOf(request, page, { empty: list.total === 0 }) : {},
        pinned: first ? await getPinned(ctx, viewer) : [],
        seenFrom: viewer
          ? await seenFrom(viewer, list, { first, before: place?.date_posted })
          : undefined,
      };
      return sendPage(request, reply, homePage(page, list, front));
    });
  }

  async function seenFrom(
    viewer: UserRow,
    { posts }: Pick<PostsPage<{ date_posted: number }>, 'posts'>,
    { first, before }: { first: boolean; before: number | undefined },
  ): Promise<number | undefined> {
    const since = first ? await noteVisit(ctx, viewer) : lastVisit(viewer, micros(ctx.clock));
    return since === undefined ? undefined : firstSeen(posts, since, before);
  }
}
