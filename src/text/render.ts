import { excerptOf, inTeasers, plainText } from './markdown/excerpt.ts';
import { linkAddresses } from './markdown/links.ts';
import { createMarkdown, TooDeep } from './markdown/markdown.ts';
import { renderEscaped, renderPlain } from './plain.ts';
import type { Format, Rendered, TextPicture } from './rendered.ts';
import type { Rendering } from './markdown/rules.ts';
import { teaserOf } from './teaser.ts';
import { countWords } from './words.ts';

const md = createMarkdown();
const linked = linkAddresses(md);

/**
 * Characters of markup. Prose of 200,000 characters makes 400,000, and a table of as many 1,000,000; hostile text would
 * make seven times as many, which every reader would have to load.
 */
const MARKUP_MAX = 1_000_000;

/** Renders a text on this thread, however long it takes: see renderer.ts. `pictures`: those that it may show. */
export function render(source: string, format: Format, pictures: TextPicture[] = []): Rendered {
  if (format === 'text') return asText(source);
  try {
    const rendered = asMarkdown(source, pictures);
    return rendered.html.length > MARKUP_MAX ? renderEscaped(source, 'large') : rendered;
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return renderEscaped(source, 'deep');
  }
}

function asText(source: string): Rendered {
  const { html, excerpt } = renderPlain(source, linked);
  return {
    html,
    excerptHtml: excerpt.html,
    excerptCut: excerpt.cut,
    teaser: teaserOf(source),
    plain: source,
    words: countWords(source),
    picture: null,
    shownPlain: null,
  };
}

function asMarkdown(source: string, pictures: TextPicture[]): Rendered {
  const env: Rendering = { pictures };
  const tokens = md.parse(source, env);
  const excerpt = excerptOf(md, tokens);
  const plain = plainText(tokens);
  return {
    html: md.renderer.render(tokens, md.options, env).trimEnd(),
    excerptHtml: excerpt.html.trimEnd(),
    excerptCut: excerpt.cut,
    teaser: teaserOf(plainText(inTeasers(tokens))),
    plain,
    words: countWords(plain),
    picture: env.first ?? null,
    shownPlain: null,
  };
}
