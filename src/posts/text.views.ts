import { html, type Html } from '../views/html.ts';

/** Code points of a post that a list shows. */
const EXCERPT_MAX = 2000;
/** How far back from that limit the end of a word is searched. */
const WORD_MAX = 60;
const SUMMARY_MAX = 160;

/** The beginning of a text, at most 2,000 characters, cut between words if there is a gap near. */
export function excerpt(content: string): { text: string; cut: boolean } {
  // Fewer code units than the limit cannot be more code points.
  if (content.length <= EXCERPT_MAX) return { text: content, cut: false };
  const points = Array.from(content.slice(0, 2 * EXCERPT_MAX + 2));
  if (points.length <= EXCERPT_MAX) return { text: content, cut: false };
  return { text: `${wholeWords(points.slice(0, EXCERPT_MAX).join(''))}…`, cut: true };
}

/** A text in one line for search engines and link previews, at most 160 characters. */
export function summary(content: string): string {
  const line = content.slice(0, 1000).replaceAll(/\s+/g, ' ').trim();
  const points = Array.from(line);
  if (points.length <= SUMMARY_MAX) return line;
  return `${wholeWords(points.slice(0, SUMMARY_MAX - 1).join(''))}…`;
}

function wholeWords(text: string): string {
  const gap = text.slice(-WORD_MAX).search(/\s\S*$/);
  return gap < 0
    ? text
    : text.slice(0, text.length - Math.min(WORD_MAX, text.length) + gap).trimEnd();
}

/** Blank lines separate paragraphs; single line breaks and spaces are kept by the style sheet. */
export function paragraphs(text: string): Html[] {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .split(/\n(?:[^\S\n]*\n)+/)
    .filter((part) => part.trim() !== '')
    .map((part) => html`<p>${part}</p>`);
}
