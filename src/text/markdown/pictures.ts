import type { MarkdownIt, RendererRule, Token } from 'markdown-it';
import { MEDIA, mediaUrl, POST_JPEG, POST_WEBP, sizeOf } from '../../media/picture-variants.ts';
import type { ShownPicture, TextPicture } from '../rendered.ts';
import { plainOf, type Rendering } from './rules.ts';

/** Pictures of one text; further ones are shown as their alt text. */
export const PICTURES_MAX = 50;
/** Pictures that are looked up for one text; further ones that it names are ignored. */
const NAMED_MAX = 500;
/** Pictures that stand beside each other. */
const IN_A_ROW = 3;
/** CSS pixels of the column of text, at most; see `--column` in styles/page/_layout.scss. */
const COLUMN = 560;

/** The ids of the pictures that a text names, each once, in its order. */
export function namedPictures(source: string): number[] {
  const ids = new Set<number>();
  for (const [, id] of source.matchAll(/\/pictures\/([1-9]\d{0,14})(?!\d)/g)) {
    ids.add(Number(id));
    if (ids.size === NAMED_MAX) break;
  }
  return [...ids];
}

/** A picture where it stands in a text. */
interface Placed extends ShownPicture {
  caption: string;
  /** Not the first of the text, so it is loaded when it comes near. */
  lazy: boolean;
}

/** Shows the pictures of `env.pictures` where a text refers to them; an excerpt shows none. */
export function showPictures(md: MarkdownIt): void {
  placePictures(md);
  const { rules } = md.renderer;
  const { escapeHtml } = md.utils;
  const without = rules['image'];
  rules['image'] = ((tokens, at, options, env: Rendering, self) => {
    const placed = placedAt(tokens[at] as Token);
    if (!placed) return without?.(tokens, at, options, env, self) ?? '';
    if (env.excerpt) return '';
    const image = imageMarkup(placed, escapeHtml);
    return env.links ? image : linked(placed, escapeHtml, image);
  }) as RendererRule;
  rules['pictures'] = (tokens, at) => rowMarkup(tokens[at] as Token, escapeHtml);
}

/**
 * Marks the images that are pictures of `env.pictures`, and makes a block of a paragraph that holds
 * nothing else.
 */
function placePictures(md: MarkdownIt): void {
  md.core.ruler.push('pictures', (state) => {
    const env = state.env as Rendering;
    if (!env.pictures?.length) return;
    const known = new Map(env.pictures.map((picture) => [picture.id, picture]));
    let count = 0;
    for (const token of state.tokens) {
      for (const child of token.type === 'inline' ? (token.children ?? []) : []) {
        const picture = count < PICTURES_MAX ? pictureOf(child, known) : undefined;
        if (!picture) continue;
        count += 1;
        const { key, width, height } = picture;
        const alt = plainOf(child);
        const caption = String(child.attrGet('title') ?? '');
        env.first ??= { key, width, height, alt };
        child.meta = { key, width, height, alt, caption, lazy: count > 1 } satisfies Placed;
      }
    }
    state.tokens = joinParagraphs(state.tokens, (type) => new state.Token(type, '', 0));
  });
}

function pictureOf(token: Token, known: Map<number, TextPicture>): TextPicture | undefined {
  if (token.type !== 'image') return undefined;
  const [, id] = /^\/pictures\/([1-9]\d{0,14})$/.exec(String(token.attrGet('src') ?? '')) ?? [];
  return known.get(Number(id));
}

/** The picture that an image was found to be. */
function placedAt(token: Token): Placed | undefined {
  return token.type === 'image' ? ((token.meta as Placed | null) ?? undefined) : undefined;
}

/** Whether an image was found to be a picture. */
export function isPicture(token: Token): boolean {
  return placedAt(token) !== undefined;
}

/** Paragraphs that hold only pictures become one token each, of the type `pictures`. */
function joinParagraphs(tokens: Token[], make: (type: string) => Token): Token[] {
  const joined: Token[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    const row =
      token.type === 'paragraph_open' && !token.hidden ? rowOf(tokens[at + 1]) : undefined;
    if (row === undefined) {
      joined.push(token);
      continue;
    }
    joined.push(
      Object.assign(make('pictures'), { meta: { row }, level: token.level, block: true }),
    );
    // Skips the paragraph's text and end.
    at += 2;
  }
  return joined;
}

function rowOf(inline: Token | undefined): Placed[] | undefined {
  const row: Placed[] = [];
  for (const token of inline?.children ?? []) {
    const placed = placedAt(token);
    if (placed) row.push(placed);
    else if (token.type !== 'softbreak' && !(token.type === 'text' && token.content.trim() === ''))
      return undefined;
  }
  return row.length > 0 ? row : undefined;
}

type Escape = (text: string) => string;

/** Pictures in a paragraph of their own: one, or a few beside each other, each with its caption below. */
function rowMarkup(token: Token, escape: Escape): string {
  const { row } = token.meta as { row: Placed[] };
  const beside = Math.min(row.length, IN_A_ROW);
  const each = row.map((picture) => {
    const image = linked(picture, escape, imageMarkup({ ...picture, caption: '' }, escape, beside));
    if (picture.caption === '') return row.length > 1 ? `<div>${image}</div>` : image;
    const caption = `<figcaption dir="auto">${escape(picture.caption)}</figcaption>`;
    return `<figure>${image}${caption}</figure>`;
  });
  const many = row.length > 1 ? ` pictures-${row.length === 2 || row.length === 4 ? 2 : 3}` : '';
  return `<div class="pictures${many}">${each.join('')}</div>\n`;
}

/** A row's alt texts and captions, a line each. */
export function rowText(token: Token): string {
  const { row } = token.meta as { row: Placed[] };
  return row.flatMap(({ alt, caption }) => [alt, caption].filter(Boolean)).join('\n');
}

/** A picture's `img`, with a link to its largest file. */
function linked({ key, alt, caption }: Placed, escape: Escape, image: string): string {
  const [largest = POST_JPEG] = POST_WEBP;
  const address = mediaUrl(MEDIA, key, largest);
  // Without an alt text, nothing inside the link names it.
  const name = alt === '' ? ` aria-label="${escape(caption || 'Picture')}"` : '';
  return `<a class="picture" href="${address}"${name}>${image}</a>`;
}

/** An `img`. `beside`: how many share the width of the column. */
function imageMarkup(picture: Placed, escape: Escape, beside = 1): string {
  const { key, width, height, alt, caption, lazy } = picture;
  const attributes = [
    `src="${mediaUrl(MEDIA, key, POST_JPEG)}"`,
    `srcset="${sources(picture)}"`,
    `sizes="(min-width: 36rem) ${Math.ceil(COLUMN / beside)}px, 100vw"`,
    `width="${width}" height="${height}" alt="${escape(alt)}"`,
    ...(caption === '' ? [] : [`title="${escape(caption)}"`]),
    ...(lazy ? ['loading="lazy"'] : []),
    'decoding="async"',
  ];
  return `<img ${attributes.join(' ')}>`;
}

/** Files that differ in width, the narrowest first, each with its own width. */
function sources(picture: ShownPicture): string {
  const byWidth = new Map<number, string>();
  for (const variant of POST_WEBP.toReversed()) {
    const { width: wide } = sizeOf(picture, variant);
    if (!byWidth.has(wide)) byWidth.set(wide, mediaUrl(MEDIA, picture.key, variant));
  }
  return [...byWidth].map(([wide, url]) => `${url} ${wide}w`).join(', ');
}
