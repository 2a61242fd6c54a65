import type { Context } from '../context.ts';
import type { App } from '../http/app-type.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import type { Page } from '../views/layout.ts';
import { listWriters, renderedBio } from './profiles.service.ts';
import { bioView, writersPage } from './profiles.views.ts';

/** The page of people who have written posts. */
export function registerProfilesPages(
  app: App,
  ctx: Context,
  { cached, pageContext }: Pages,
): void {
  app.get('/people', cached, async (request, reply) => {
    const { after } = request.query as { after?: unknown };
    const from = typeof after === 'string' && /^\d{1,15}$/.test(after) ? Number(after) : undefined;
    const list = await listWriters(ctx, request.viewer, from);
    return sendPage(request, reply, writersPage(pageContext(request, 'People'), list));
  });
}

/** Shows on a person's page what they say about themselves. */
export function bioOf(ctx: Context) {
  return async (_request: unknown, page: Page, { id }: { id: number }) => {
    const bio = await renderedBio(ctx, id);
    return { belowHead: bio === undefined ? null : bioView(page, bio) };
  };
}
