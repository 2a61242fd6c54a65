import { cutText, ellipsisAfter } from './cut.ts';

/** Graphemes of a teaser: about three lines of a column. */
export const TEASER_MAX = 200;
const LINES_MAX = 3;
/** Enough of a text to take a teaser from; characters. */
const BEGINNING = 16 * TEASER_MAX;

/** The first lines of a readable text that say something, with an ellipsis if there is more. */
export function teaserOf(text: string): string {
  const whole = text.trim();
  const lines = whole
    .slice(0, BEGINNING)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const first = lines.slice(0, LINES_MAX).join('\n');
  const teaser = cutText(first, TEASER_MAX);
  const more = lines.length > LINES_MAX || whole.length > BEGINNING;
  return more && teaser === first && ellipsisAfter(first) !== '' ? `${first} …` : teaser;
}
