import { lazy } from '../runtime/lazy.ts';

const graphemes = lazy(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));
/** Code units of a grapheme, on average: emoji of families have 11, stacked marks any number. */
const LONGEST = 16;
/** Also within quotation marks or brackets. */
const ENDS_SENTENCE = /[.!?。！？]["'”’»)\]]*$/;
/** How far back from a limit a cut looks for a gap between words; code units. */
const WORD_MAX = 60;

/**
 * The beginning of `text`, at most `max` graphemes, without surrounding space; a visible character
 * is never cut. Cut between words if there is a gap near, and then with an ellipsis, which stands apart
 * behind a sentence.
 */
export function cutText(text: string, max: number): string {
  const trimmed = text.trim();
  const end = endOf(trimmed, max);
  if (end === trimmed.length) return trimmed;
  const first = (graphemes: number) =>
    wholeWords(trimmed.slice(0, endOf(trimmed, graphemes)), trimmed);
  const words = first(max - 1);
  const shown = ENDS_SENTENCE.test(words) ? first(max - 2) : words;
  return shown + ellipsisAfter(shown);
}

/** What to put after a text that goes on: nothing where it has an ellipsis of its own. */
export function ellipsisAfter(text: string): '' | '…' | ' …' {
  if (/(?:…|\.{3})$/.test(text)) return '';
  return ENDS_SENTENCE.test(text) ? ' …' : '…';
}

/** The first `max` graphemes of a text, or fewer if they are very long. */
export function firstGraphemes(text: string, max: number): string {
  return text.slice(0, endOf(text, max));
}

/** How many graphemes a text has, counted no further than one above `enough`. */
export function countGraphemes(text: string, enough: number): number {
  const end = endOf(text, enough);
  if (end < text.length) return enough + 1;
  let count = 0;
  for (const _ of graphemes().segment(text)) count++;
  return count;
}

/** Code units of the first `max` graphemes, or of fewer if they are very long. */
function endOf(text: string, max: number): number {
  // No more graphemes than code units.
  if (text.length <= max) return text.length;
  if (max < 1) return 0;
  let [count, end] = [0, 0];
  for (const { index, segment } of graphemes().segment(text.slice(0, max * LONGEST))) {
    end = index;
    if (count++ === max || segment.length > LONGEST) return end;
  }
  return text.length <= max * LONGEST ? text.length : end;
}

function wholeWords(beginning: string, whole: string): string {
  if (/^\s/.test(whole.slice(beginning.length))) return beginning.trimEnd();
  const gap = beginning.slice(-WORD_MAX).search(/\s\S*$/);
  const from = Math.max(0, beginning.length - WORD_MAX);
  return gap < 0 || from + gap === 0 ? beginning : beginning.slice(0, from + gap).trimEnd();
}

/** The beginning of `text`, of at most `max` code points, that cuts no grapheme. */
export function beginning(text: string, max: number): string {
  let [points, end] = [0, 0];
  for (const { index, segment } of graphemes().segment(text.slice(0, 2 * max + 1))) {
    points += Array.from(segment).length;
    if (points > max) break;
    end = index + segment.length;
  }
  // A first grapheme that is longer by itself is cut after all.
  return end > 0
    ? text.slice(0, end)
    : Array.from(text.slice(0, 2 * max))
        .slice(0, max)
        .join('');
}
