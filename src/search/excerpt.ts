import { cutText } from '../text/cut.ts';
import type { Format } from '../text/rendered.ts';
import { type Term, termsOf } from '../text/terms.ts';
import type { Phrase } from './query.ts';

/** A piece of a text; `marked`: it matches the search. */
export interface Part {
  text: string;
  marked: boolean;
}

/** Graphemes of an excerpt, and code units of it before the first match. */
const EXCERPT_MAX = 240;
const BEFORE = 60;
/** Code units of a text that are searched for the place to show; 3 ms. */
const SCANNED_MAX = 20_000;

/** Divides a text into pieces and marks all matches. */
export function markMatches(text: string, phrases: readonly Phrase[]): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { start, end } of merged(matchesIn(Array.from(termsOf(text)), phrases))) {
    if (start > from) parts.push({ text: text.slice(from, start), marked: false });
    parts.push({ text: text.slice(start, end), marked: true });
    from = end;
  }
  if (from < text.length) parts.push({ text: text.slice(from), marked: false });
  return parts;
}

/**
 * About three lines of a readable text around the first match; its beginning if there is none. A
 * heading, alt text, caption or list item that ends without punctuation is separated from what
 * follows.
 */
export function excerptOf(text: string, phrases: readonly Phrase[], format: Format): Part[] {
  const begin = firstIn(text, phrases);
  const part = inOneLine(text.slice(begin, begin + SCANNED_MAX), format);
  return markMatches((begin > 0 ? '… ' : '') + cutText(part, EXCERPT_MAX), phrases);
}

/**
 * Puts the text in one line. Readable text of Markdown has a line for each block; in plain text, a
 * paragraph ends with an empty line.
 */
function inOneLine(text: string, format: Format): string {
  const breaks = format === 'markdown' ? 1 : 2;
  return text.replaceAll(/\s+/g, (gap, at: number) => {
    const focused = gap.split('\n').length <= breaks || /^\p{P}?$/u.test(text.charAt(at - 1));
    return focused || at + gap.length === text.length ? ' ' : '\u00a0· ';
  });
}

/** Where the excerpt begins: at a word not far before the first match. */
function firstIn(text: string, phrases: readonly Phrase[]): number {
  const from = roughlyFirst(text, phrases);
  const terms = Array.from(termsOf(text.slice(from, from + SCANNED_MAX)));
  const [first] = matchesIn(terms, phrases);
  const start = first?.start ?? 0;
  if (from + start <= BEFORE) return 0;
  return from + (terms.find((term) => term.start >= start - BEFORE)?.start ?? start);
}

/**
 * For a text that is too long to be folded here: a place shortly before the first word that is
 * spelt exactly as in the search.
 */
function roughlyFirst(text: string, phrases: readonly Phrase[]): number {
  if (text.length <= SCANNED_MAX) return 0;
  const lower = text.toLowerCase();
  const places = phrases.map(({ terms }) => lower.indexOf(terms[0] ?? ''));
  const first = Math.min(...places.filter((place) => place >= 0));
  if (first === Infinity) return 0;
  return Math.max(0, lower.lastIndexOf(' ', Math.max(0, first - SCANNED_MAX / 4)));
}

/** The spans with overlapping ones merged. */
function merged(spans: Span[]): Span[] {
  const apart: Span[] = [];
  for (const { start, end } of spans) {
    const last = apart.at(-1);
    if (last && start < last.end) last.end = Math.max(last.end, end);
    else apart.push({ start, end });
  }
  return apart;
}

interface Span {
  start: number;
  end: number;
}

/** In the order of their beginnings. */
function matchesIn(terms: Term[], phrases: readonly Phrase[]): Span[] {
  return terms.flatMap((term, index) =>
    phrases
      .filter((phrase) => occursAt(terms, index, phrase))
      .map((phrase) => {
        const last = terms[index + phrase.terms.length - 1] ?? term;
        return { start: term.start, end: last.end };
      }),
  );
}

function occursAt(terms: Term[], index: number, phrase: Phrase): boolean {
  const last = phrase.terms.length - 1;
  return phrase.terms.every((wanted, n) => {
    const term = terms[index + n]?.term;
    return term === wanted || (phrase.prefix && n === last && term?.startsWith(wanted) === true);
  });
}
