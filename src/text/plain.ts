import { countGraphemes, cutText } from './cut.ts';
import { EXCERPT_MAX, type Excerpt } from './markdown/excerpt.ts';
import { html } from '../views/html.ts';
import type { Linked } from './markdown/links.ts';
import type { Rendered } from './rendered.ts';
import { teaserOf } from './teaser.ts';

/**
 * Markup of a plain text: blank lines separate paragraphs; the style sheet keeps other line breaks
 * and spaces. `linked` makes the markup of a paragraph.
 */
export function renderPlain(text: string, linked: Linked): { html: string; excerpt: Excerpt } {
  const all = paragraphsOf(text);
  const shown: string[] = [];
  let length = 0;
  for (const paragraph of all) {
    length += countGraphemes(paragraph.trim(), EXCERPT_MAX);
    if (length > EXCERPT_MAX) break;
    shown.push(paragraph);
  }
  const [first = ''] = all;
  const whole =
    shown.length > 0 ? shown : [first].filter(Boolean).map((one) => cutText(one, EXCERPT_MAX));
  const markup = (some: string[]) =>
    some.map((one) => `<p class="typed" dir="auto">${linked(one)}</p>`).join('\n');
  return { html: markup(all), excerpt: { html: markup(whole), cut: shown.length < all.length } };
}

function paragraphsOf(text: string): string[] {
  return (
    text
      .replaceAll(/\r\n?/g, '\n')
      // No repeated group, because a text of only line breaks would overflow the stack.
      .split(/\n\s*\n/)
      .filter((part) => part.trim() !== '')
  );
}

/** Shows a text as it was typed, without links, in time proportional to its length. */
export function renderEscaped(source: string, why: Rendered['shownPlain']): Rendered {
  const { html: markup, excerpt } = renderPlain(source, (text) => String(html`${text}`));
  return {
    html: markup,
    excerptHtml: excerpt.html,
    excerptCut: excerpt.cut,
    teaser: teaserOf(source),
    plain: source,
    words: source.match(/\S+/g)?.length ?? 0,
    picture: null,
    shownPlain: why,
  };
}
