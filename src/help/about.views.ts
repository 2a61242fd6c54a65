import { cutText } from '../text/cut.ts';
import type { Rendered } from '../text/rendered.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { storedMarkup } from '../views/stored-markup.ts';

/** Characters of what search engines and previews say about the page. */
const SUMMARY_MAX = 160;

/** What a group says about its blog. */
export function aboutPage(page: Page, text: Rendered): Html {
  const title = `About ${page.siteName}`;
  const description = cutText(text.plain.slice(0, 1000).replaceAll(/\s+/g, ' '), SUMMARY_MAX);
  return layout(
    { ...page, preview: { path: '/about', type: 'website', title, description } },
    html`<article><h1>${title}</h1>
<div class="prose">${storedMarkup(page, text.html)}</div></article>`,
  );
}
