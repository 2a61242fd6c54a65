import { viewerOf } from '../../auth/viewer.ts';
import type { App } from '../../http/app-type.ts';
import type { Pages } from '../../http/pages/route-options.ts';
import { sendPage } from '../../http/pages/send-page.ts';
import { href } from '../../views/href.ts';
import { waitingPage } from './waiting.views.ts';

/** Why somebody cannot write yet, for those whose account waits for approval. */
export function registerWaitingPages(app: App, { pageContext, signedIn }: Pages): void {
  app.get('/waiting', signedIn, async (request, reply) => {
    const { state, email, state_reason: declined } = viewerOf(request);
    if (state !== 'waiting') return reply.redirect(href(app, '/'), 303);
    const page = pageContext(request, 'Waiting');
    return sendPage(request, reply, waitingPage(page, { email, declined }));
  });
}
