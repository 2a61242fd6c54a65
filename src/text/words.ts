import { lazy } from '../runtime/lazy.ts';

const segmenter = lazy(() => new Intl.Segmenter('en', { granularity: 'word' }));
/** Words a minute of silent reading: Brysbaert, "How many words do we read per minute?", 2019. */
const WORDS_A_MINUTE = 238;

/** How many words a text has, in any script. */
export function countWords(text: string): number {
  let words = 0;
  for (const { isWordLike } of segmenter().segment(text)) if (isWordLike) words++;
  return words;
}

/** How long reading so many words takes; at least one minute. */
export function minutesOf(words: number): number {
  return Math.max(1, Math.round(words / WORDS_A_MINUTE));
}
