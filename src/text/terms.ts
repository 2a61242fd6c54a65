import { lazy } from '../runtime/lazy.ts';

/** A word as it is searched for, and where it stands in the text; code units. */
export interface Term {
  term: string;
  start: number;
  end: number;
}

/** Code units of a word, and code points of a term; what is beyond is ignored. Normalising takes time quadratic in a run of marks. */
const WORD_MAX = 64;
/** Code units segmented at once. */
const PIECE_MAX = 1000;

const WORDS = /[\p{L}\p{N}\p{M}]+|\p{Extended_Pictographic}/gu;
const PLAIN = /^[a-z\d]+$/i;
/** Written without gaps between words. */
const UNSPACED =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
/** Accents and the like. Vowels of Indic scripts and the voicing of kana make other words. */
const MARKS = /[[\p{M}&&[\p{sc=Inherited}\p{sc=Hebrew}\p{sc=Arabic}]]--[\u3099\u309A]]/gv;
const TERMS = /[\p{L}\p{N}\p{M}\p{Extended_Pictographic}]+/gu;
/** Letters that Unicode does not decompose, and how people without a key for them spell them. */
const SPELT: Record<string, string> = {
  ß: 'ss',
  ς: 'σ',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
};

const words = lazy(() => new Intl.Segmenter('ja', { granularity: 'word' }));

/**
 * The words of a text as both databases index them: in compatibility form, lower case, without
 * accents, ß as ss. A term holds only letters, digits, marks and pictographs, so that no database
 * takes any of it for syntax.
 */
export function* termsOf(text: string): Generator<Term> {
  for (const { 0: word, index } of text.matchAll(WORDS)) {
    if (PLAIN.test(word)) {
      yield { term: word.slice(0, WORD_MAX).toLowerCase(), start: index, end: index + word.length };
    } else if (UNSPACED.test(word)) {
      for (const { segment, start } of segmentsOf(word)) yield* foldAt(segment, index + start);
    } else {
      yield* foldAt(word, index);
    }
  }
}

/**
 * Splits a word without gaps into segments. Marks are removed afterwards, because dictionary words
 * contain them.
 */
function* segmentsOf(word: string): Generator<{ segment: string; start: number }> {
  for (let from = 0; from < word.length; from += PIECE_MAX) {
    for (const { segment, index } of words().segment(word.slice(from, from + PIECE_MAX))) {
      yield { segment, start: from + index };
    }
  }
}

function* foldAt(word: string, start: number): Generator<Term> {
  const folded = word
    .slice(0, WORD_MAX)
    .normalize('NFKD')
    .replaceAll(MARKS, '')
    .toLowerCase()
    .replaceAll(/[ßςæœøđłħı]/g, (letter) => SPELT[letter] ?? letter)
    .replaceAll(MARKS, '')
    .normalize('NFC');
  for (const [part] of folded.matchAll(TERMS)) {
    const term = part.length > WORD_MAX ? Array.from(part).slice(0, WORD_MAX).join('') : part;
    yield { term, start, end: start + word.length };
  }
}

/**
 * Bytes of the terms of one text, with what a database adds to each: PostgreSQL refuses an index
 * entry of 1 MiB. That is about 100,000 words.
 */
const TERMS_BYTES_MAX = 1_000_000;
const BYTES_EACH = 4;

/** The terms of a text with a space between them, as they are indexed; of a very long one, the first. */
export function indexedWords(text: string): string {
  const terms: string[] = [];
  let bytes = 0;
  for (const { term } of termsOf(text)) {
    bytes += Buffer.byteLength(term) + BYTES_EACH;
    if (bytes > TERMS_BYTES_MAX) break;
    terms.push(term);
  }
  return terms.join(' ');
}

/** Whether words have to be found by a dictionary, which takes a hundred times as long. */
export function needsDictionary(text: string): boolean {
  return UNSPACED.test(text);
}
