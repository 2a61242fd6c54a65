import type { Context } from '../context.ts';
import { HttpError } from '../errors.ts';
import type { App } from '../http/app-type.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { getSetting } from '../settings/settings.ts';
import { renderText } from '../text/renderer.ts';
import { isBlank } from '../unicode/visible.ts';
import { aboutPage } from './about.views.ts';

/** What a group says about its blog, if it does. */
export function registerAboutPages(app: App, ctx: Context, { cached, pageContext }: Pages): void {
  app.get('/about', cached, async (request, reply) => {
    const text = await getSetting(ctx, 'about');
    if (isBlank(text)) throw new HttpError(404, 'Not Found');
    // Rendered for each copy in the response cache: a text of this length takes a few milliseconds.
    const rendered = await renderText(text, 'markdown');
    return sendPage(request, reply, aboutPage(pageContext(request, 'About'), rendered));
  });
}
