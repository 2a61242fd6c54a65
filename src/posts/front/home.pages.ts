import type { UserRow } from '../../db/schema.ts';
import type { Context } from '../../context.ts';
import { micros } from '../../db/time.ts';
import type { App } from '../../http/app-type.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { readCursor } from '../cursor.ts';
import { listQuery } from '../post.ts';
import { getEntries, type PostsPage } from '../posts.service.ts';
import { homePage } from './home.views.ts';
import { getPinned } from './pins.service.ts';
import { firstSeen, lastVisit, noteVisit } from './visits.service.ts';

/** `/` and `/posts`, the same page. */
export function registerHomePage(app: App, ctx: Context, { pageContext, cached }: Pages): void {
  const schema = { hide: true, querystring: listQuery(ctx.config.POSTS_PER_PAGE) } as const;
  for (const path of ['/', '/posts']) {
    app.get(path, { ...cached, schema }, async (request, reply) => {
      const { viewer, query } = request;
      const list = await getEntries(ctx, viewer, query);
      const place = query.cursor === undefined ? undefined : readCursor(query.cursor);
      const first = !place && query.skip === 0;
      const front = {
        pinned: first ? await getPinned(ctx, viewer) : [],
        seenFrom: viewer
          ? await seenFrom(viewer, list, { first, before: place?.date_posted })
          : undefined,
      };
      return sendPage(request, reply, homePage(pageContext(request, 'Home'), list, front));
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
