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

/** Renders a text on this thread, however long it takes: see renderer.ts. `pictures`: those that it may show. */
export function render(source: string, format: Format, pictures: TextPicture[] = []): Rendered {
  if (format === 'text') return asText(source);
  try {
    return asMarkdown(source, pictures);
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
