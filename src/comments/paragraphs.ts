import { createHash } from 'node:crypto';

/** Paragraphs of one post that may be pointed at. */
const PARAGRAPHS_MAX = 300;
/** Code units of a paragraph's beginning, for people. */
const BEGINNING = 60;

/** A paragraph of a post's text, or another block of it. */
export interface Paragraph {
  /** from 1 */
  number: number;
  /** Its number and a hash of its words, so that it is found again even after it was moved. */
  anchor: string;
  beginning: string;
  /** Where it ends in the markup. */
  end: number;
}

const ANCHOR = /^(\d{1,4})\.([\da-f]{12})$/;

export const isAnchor = (text: string): boolean => ANCHOR.test(text);

const TAG = /<(\/?)([a-z][a-z\d]*)(?:\s[^<>]*)?>/g;
const VOID = new Set(['br', 'hr', 'img', 'input']);

/** The blocks of a post's markup that have words, without its footnotes. */
export function paragraphsOf(markup: string): Paragraph[] {
  const found: Paragraph[] = [];
  let [depth, begin] = [0, 0];
  // Attributes of our markup have neither a bare `<` nor a bare `>`.
  for (const { 0: tag, 1: closing, 2: name = '', index } of markup.matchAll(TAG)) {
    if (VOID.has(name)) continue;
    if (closing === '') {
      if (depth === 0) begin = index;
      depth += 1;
      continue;
    }
    depth -= 1;
    const end = index + tag.length;
    const block = depth === 0 ? markup.slice(begin, end) : '';
    if (block === '' || block.startsWith('<section')) continue;
    const words = wordsOf(block);
    if (words === '') continue;
    const number = found.length + 1;
    found.push({ number, anchor: `${number}.${hashOf(words)}`, beginning: cut(words), end });
    if (number === PARAGRAPHS_MAX) break;
  }
  return found;
}

/** The paragraph that an anchor points at; undefined once its words have changed. */
export function findParagraph(
  paragraphs: readonly Paragraph[],
  anchor: string,
): Paragraph | undefined {
  const [, , hash = ''] = ANCHOR.exec(anchor) ?? [];
  const same = paragraphs.filter((one) => one.anchor.endsWith(`.${hash}`));
  return same.find((one) => one.anchor === anchor) ?? same[0];
}

const ENTITIES: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

function wordsOf(block: string): string {
  return block
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function hashOf(words: string): string {
  return createHash('sha256').update(words).digest('hex').slice(0, 12);
}

function cut(words: string): string {
  if (words.length <= BEGINNING) return words;
  return `${words.slice(0, BEGINNING).replace(/\s+\S*$/, '')}…`;
}
