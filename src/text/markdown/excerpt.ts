import type { MarkdownIt, Token } from 'markdown-it';
import { countGraphemes, cutText, ellipsisAfter } from '../cut.ts';
import { isPicture, rowText } from './pictures.ts';
import { plainOf, type Rendering } from './rules.ts';

/** About how many graphemes an excerpt has. */
export const EXCERPT_MAX = 600;

/** The beginning of a text as markup; `cut`: there is more. */
export interface Excerpt {
  html: string;
  cut: boolean;
}

/**
 * The first whole blocks of a text that was parsed, up to EXCERPT_MAX characters. A first block that is longer is
 * cut: a paragraph between words and outside links, a list between its items, anything else as plain text.
 */
export function excerptOf(md: MarkdownIt, tokens: Token[]): Excerpt {
  const env: Rendering = { excerpt: true };
  const render = (some: Token[]) => md.renderer.render(some, md.options, env);
  const blocks = blocksOf(tokens).filter(isShown);
  const shown: Token[] = [];
  let length = 0;
  for (const [index, block] of blocks.entries()) {
    length += lengthOf(block);
    if (length <= EXCERPT_MAX) shown.push(...block);
    else if (index > 0) return { html: render(shown), cut: true };
    else return { html: beginningOf(md, block, render), cut: true };
  }
  return { html: render(shown), cut: tokens.some(showsPicture) };
}

/** Blocks that no excerpt has. */
const LEFT_OUT = new Set(['footnote_block_open', 'pictures']);
const isShown = ([first]: Token[]) => !LEFT_OUT.has(first?.type ?? '');

/** The tokens of blocks that are readable in one line: all but tables, unless there are only tables. */
export function inTeasers(tokens: Token[]): Token[] {
  const blocks = blocksOf(tokens).filter(isShown);
  const lines = blocks.filter(([first]) => first?.type !== 'table_open');
  return (lines.length > 0 ? lines : blocks).flat();
}

function showsPicture({ type, children }: Token): boolean {
  return type === 'pictures' || (children ?? []).some(isPicture);
}

/** The tokens of each top-level block. */
function blocksOf(tokens: Token[]): Token[][] {
  const blocks: Token[][] = [];
  let depth = 0;
  for (const token of tokens) {
    if (depth === 0) blocks.push([]);
    blocks.at(-1)?.push(token);
    depth += token.nesting;
  }
  return blocks;
}

function beginningOf(md: MarkdownIt, block: Token[], render: (some: Token[]) => string): string {
  const [open, inline, close] = block;
  if (open?.type === 'paragraph_open' && inline && close) {
    const cut = Object.assign(Object.create(inline) as Token, { children: cutInline(inline) });
    return render([open, cut, close]);
  }
  const items = open && open.type.endsWith('_list_open') ? firstItems(block) : [];
  if (items.length > 0) return render([block[0] as Token, ...items, block.at(-1) as Token]);
  return `<p dir="auto">${md.utils.escapeHtml(cutText(plainText(block), EXCERPT_MAX))}</p>\n`;
}

/** As many items of a list as fit. */
function firstItems(list: Token[]): Token[] {
  const shown: Token[] = [];
  let length = 0;
  for (const item of blocksOf(list.slice(1, -1))) {
    length += lengthOf(item);
    if (length > EXCERPT_MAX) break;
    shown.push(...item);
  }
  return shown;
}

/** The children of a paragraph's inline token up to the limit; what is open there is closed. */
function cutInline(inline: Token): Token[] {
  const shown: Token[] = [];
  const open: { token: Token; at: number }[] = [];
  let room = EXCERPT_MAX;
  for (const token of inline.children ?? []) {
    const length = inlineLength(token);
    if (length > room) {
      const link = open.findIndex((one) => one.token.type === 'link_open');
      if (link >= 0) shown.length = open.splice(link)[0]?.at ?? 0;
      else if (token.type === 'text') shown.push(withText(token, cutText(token.content, room)));
      const last = shown.findLast(({ content }) => content !== '');
      shown.push(withText(token, ellipsisAfter(last?.content ?? ''), 'text'));
      break;
    }
    room -= length;
    if (token.nesting > 0) open.push({ token, at: shown.length });
    if (token.nesting < 0) open.pop();
    shown.push(token);
  }
  return [...shown, ...open.toReversed().map(({ token }) => closing(token))];
}

function withText(token: Token, content: string, type = token.type): Token {
  return Object.assign(Object.create(token) as Token, { content, type, nesting: 0, tag: '' });
}

function closing(token: Token): Token {
  const type = token.type.replace(/_open$/, '_close');
  return Object.assign(Object.create(token) as Token, { type, nesting: -1 });
}

function inlineLength(token: Token): number {
  const text = token.type === 'image' ? plainOf(token) : token.content;
  return countGraphemes(text, EXCERPT_MAX);
}

function lengthOf(block: Token[]): number {
  return countGraphemes(plainText(block), EXCERPT_MAX);
}

/** The readable text of some tokens, with blocks on separate lines. */
export function plainText(tokens: Token[]): string {
  return tokens
    .filter(({ type }) => type === 'inline' || type === 'fence' || type === 'pictures')
    .map((token) => {
      if (token.type === 'pictures') return rowText(token);
      return token.type === 'fence' ? token.content.trimEnd() : plainOf(token);
    })
    .join('\n');
}
