import type {
  Env,
  MarkdownIt,
  MarkdownItOptions,
  Renderer,
  RendererRule,
  Token,
} from 'markdown-it';
import type { NamedPerson, ShownPicture, TextPicture } from '../rendered.ts';
import { newSlugs } from './slugs.ts';

/** What rules record while one text is rendered. */
export interface Rendering extends Env {
  /** an excerpt has no ids, headings or footnotes, because a page shows several */
  excerpt?: boolean;
  slugs?: (text: string) => string | undefined;
  /** links that are open */
  links?: number;
  /** how many links there were */
  linked?: number;
  /** the pictures that the text may show */
  pictures?: readonly TextPicture[];
  /** the first that it shows */
  first?: ShownPicture;
  /** whom the text may mention */
  people?: readonly NamedPerson[];
  /** the ids of those whom it mentions */
  mentioned?: Set<number>;
}

/** The page's h1 is the title of the post. */
const HEADING_DOWN = 1;
const HEADING_MAX = 6;
/** Language names that programs write before a code block: `c++`, `objective-c`. */
const LANGUAGE = /^[\w+#.-]{1,30}$/;
/** Characters that change the direction of text; Unicode Bidirectional Algorithm, 2.1 to 2.6. */
const TURNS_DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

type Rule = (
  tokens: Token[],
  at: number,
  options: Required<MarkdownItOptions>,
  env: Rendering,
  self: Renderer,
) => string;

/** Sets how tokens become markup. No rule writes a `style` attribute, which the CSP forbids. */
export function installRules(md: MarkdownIt): void {
  const { rules } = md.renderer;
  const { escapeHtml } = md.utils;
  const as = (rule: Rule) => rule as RendererRule;

  for (const name of ['paragraph_open', 'list_item_open', 'td_open', 'th_open']) {
    rules[name] = as((tokens, at, options, _env, self) => {
      const token = tokens[at] as Token;
      alignByClass(token);
      // Of cells there are so many that the attribute would be half of the output.
      if (!token.hidden && !token.tag.startsWith('t')) token.attrSet('dir', 'auto');
      return self.renderToken(tokens, at, options);
    });
  }
  rules['heading_open'] = as((tokens, at, options, env, self) => {
    const token = tokens[at] as Token;
    if (env.excerpt) return '<p dir="auto"><strong>';
    env.slugs ??= newSlugs();
    const id = env.slugs(plainOf(tokens[at + 1]));
    if (id !== undefined) token.attrSet('id', id);
    token.attrSet('dir', 'auto');
    token.tag = lowered(token.tag);
    return self.renderToken(tokens, at, options);
  });
  rules['heading_close'] = as((tokens, at, _options, env) =>
    env.excerpt ? '</strong></p>\n' : `</${lowered((tokens[at] as Token).tag)}>\n`,
  );

  rules['table_open'] = as(() => `${scrolling('Table')}<table>\n`);
  rules['table_close'] = as(() => '</table></div>\n');
  const code = as((tokens, at) => {
    const { info, content } = tokens[at] as Token;
    const language = md.utils.unescapeAll(info).trim().split(/\s/, 1)[0] ?? '';
    const named = LANGUAGE.test(language) ? ` class="language-${escapeHtml(language)}"` : '';
    return `${scrolling('Code')}<pre><code${named}>${escapeHtml(content)}</code></pre></div>\n`;
  });
  rules['fence'] = code;

  rules['text'] = as((tokens, at) => {
    const { content } = tokens[at] as Token;
    const text = escapeHtml(content);
    return TURNS_DIRECTION.test(content) ? `<bdi>${text}</bdi>` : text;
  });
  rules['link_open'] = as((tokens, at, options, env, self) => {
    env.links = (env.links ?? 0) + 1;
    env.linked = (env.linked ?? 0) + 1;
    const token = tokens[at] as Token;
    if (leaves(attributeOf(token, 'href'))) token.attrSet('rel', LEAVING);
    return self.renderToken(tokens, at, options);
  });
  rules['link_close'] = as((_tokens, _at, _options, env) => {
    env.links = (env.links ?? 0) - 1;
    return '</a>';
  });
  // A picture from another site would tell its server who reads this, so it becomes a link.
  rules['image'] = as((tokens, at, _options, env) => {
    const token = tokens[at] as Token;
    const address = attributeOf(token, 'src');
    const alt = escapeHtml(plainOf(token)) || (leaves(address) ? escapeHtml(address) : '');
    if (env.links || !leaves(address)) return alt;
    env.linked = (env.linked ?? 0) + 1;
    return `<a href="${escapeHtml(address)}" rel="${LEAVING}">${alt}</a>`;
  });
  rules['task'] = as((tokens, at) => {
    const { done } = (tokens[at] as Token).meta as { done: boolean };
    return `<input type="checkbox" disabled${done ? ' checked' : ''} aria-label="${done ? 'Done' : 'Not done'}"> `;
  });
  rules['footnote_block_open'] = as(
    () => '<section class="footnotes" aria-label="Footnotes">\n<ol>\n',
  );
  rules['footnote_anchor'] = as((tokens, at, options, env, self) => {
    const id = rules['footnote_anchor_name']?.(tokens, at, options, env, self) ?? '';
    const { subId } = (tokens[at] as Token).meta as { subId: number };
    const from = subId > 0 ? `${id}:${subId}` : id;
    return ` <a href="#fnref${from}" aria-label="Back to the text">↩︎</a>`;
  });
  const reference = rules['footnote_ref'];
  rules['footnote_ref'] = as((tokens, at, options, env, self) =>
    env.excerpt ? '' : (reference?.(tokens, at, options, env, self) ?? ''),
  );
}

const LEAVING = 'ugc noopener nofollow';

/** Whether an address leads to another site. */
function leaves(address: string): boolean {
  return /^https?:/i.test(address);
}

function attributeOf(token: Token, name: string): string {
  return String(token.attrGet(name) ?? '');
}

/** The text of an inline token, without markup. */
export function plainOf(token: Token | undefined): string {
  return (token?.children ?? [])
    .map((child) => {
      if (child.type === 'image') return plainOf(child);
      return child.type === 'softbreak' || child.type === 'hardbreak' ? ' ' : child.content;
    })
    .join('');
}

function lowered(tag: string): string {
  return `h${Math.min(Number(tag.slice(1)) + HEADING_DOWN, HEADING_MAX)}`;
}

/**
 * A group and not a region, because several regions with one name would be landmarks that nobody
 * can tell apart.
 */
function scrolling(label: string): string {
  return `<div class="scroll" role="group" aria-label="${label}" tabindex="0">`;
}

/** Tables give the alignment of a column in `style`; use a class instead. */
function alignByClass(token: Token): void {
  const [, side] = /^text-align:(\w+)$/.exec(attributeOf(token, 'style')) ?? [];
  token.attrs = token.attrs?.filter(([name]) => name !== 'style') ?? null;
  if (side !== undefined) token.attrSet('class', `align-${side}`);
}
