import type { App } from '../http/app-type.ts';
import type { Pages } from '../http/pages/route-options.ts';
import { sendPage } from '../http/pages/send-page.ts';
import { renderText } from '../text/renderer.ts';
import { EXAMPLES } from './help.examples.ts';
import { helpPage } from './help.views.ts';

/** `/help/writing`: a page for everybody. */
export function registerHelpPages(app: App, { pageContext, cached }: Pages): void {
  app.get('/help/writing', cached, async (request, reply) => {
    const examples = EXAMPLES.map(async (example) => ({
      ...example,
      rendered: await renderText(example.source, 'markdown'),
    }));
    const page = pageContext(request, 'Markdown by example');
    return sendPage(request, reply, helpPage(page, await Promise.all(examples)));
  });
}
