import { createMarkdown, TooDeep } from '../markdown/markdown.ts';
import { linkMentions } from './mentions.ts';
import { renderEscaped } from '../plain.ts';
import type { NamedPerson, RenderedComment } from '../rendered.ts';
import type { Rendering } from '../markdown/rules.ts';

const md = createMarkdown({ footnotes: false });
linkMentions(md);

/**
 * Renders a comment on this thread: Markdown whose headings are bold, without pictures and
 * footnotes. `people`: those whom it may mention.
 */
export function renderComment(source: string, people: NamedPerson[]): RenderedComment {
  // Rendered like an excerpt, because a page has several.
  const env: Rendering = { excerpt: true, people };
  try {
    const tokens = md.parse(source, env);
    const html = md.renderer.render(tokens, md.options, env).trimEnd();
    return { html, links: env.linked ?? 0, mentioned: [...(env.mentioned ?? [])] };
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return { html: renderEscaped(source, 'deep').html, links: 0, mentioned: [] };
  }
}
