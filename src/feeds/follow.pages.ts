import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { tagNotFound } from '../tags/edit-tags.service.ts';
import { findTag } from '../tags/tags.service.ts';
import { UserPath } from '../users/user.ts';
import { getUser } from '../users/users.service.ts';
import { followPage } from './follow.views.ts';

/** Pages that explain feeds and give their addresses. */
export function registerFollowPages(app: App, ctx: Context, { pageContext, cached }: Pages): void {
  app.get('/follow', cached, async (request, reply) =>
    sendPage(request, reply, followPage(pageContext(request, 'Follow'), {})),
  );

  app.get(
    '/users/:user_id/follow',
    { ...cached, schema: { hide: true, params: UserPath } },
    async (request, reply) => {
      const person = await getUser(ctx, request.params.user_id);
      const page = pageContext(request, `Follow ${person.username}`);
      return sendPage(request, reply, followPage(page, { person }));
    },
  );

  app.get('/tags/:tag/follow', cached, async (request, reply) => {
    const tag = await findTag(ctx, request.viewer, (request.params as { tag: string }).tag);
    if (!tag) throw tagNotFound();
    const page = pageContext(request, `Follow ${tag.name}`);
    return sendPage(request, reply, followPage(page, { tag }));
  });
}
