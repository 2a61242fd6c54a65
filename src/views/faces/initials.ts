import { lazy } from '../../runtime/lazy.ts';
import { html, type Html } from '../html.ts';

/** Backgrounds for white letters, each with a contrast of at least 4.5 to white. */
export const COLOURS = [
  '#7a3b2e',
  '#8a5a00',
  '#5f6b1f',
  '#2f6b3a',
  '#1f6b62',
  '#23647f',
  '#3a5a96',
  '#54509a',
  '#6f4691',
  '#8a3f7c',
  '#96395a',
  '#5c5750',
] as const;

const graphemes = lazy(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

/** One or two letters: of the first word, and of the last if there are several. */
export function initialsOf(username: string): string {
  const words = username.match(/[\p{L}\p{N}]\P{Z}*/gu) ?? [username];
  const chosen = words.length > 1 ? [words[0], words.at(-1)] : words;
  return chosen.map((word) => firstLetter(word ?? '')).join('');
}

function firstLetter(word: string): string {
  const first = graphemes().segment(word)[Symbol.iterator]().next().value;
  return first === undefined ? '' : first.segment.toUpperCase();
}

/**
 * The face of a person without a picture: initials on a colour that never changes for that person.
 * `label` names it for screen readers; without one it is decoration. `size` is in CSS pixels.
 */
export function initials(
  person: { id: number; username: string },
  size: number,
  label: string,
): Html {
  const ground = COLOURS[person.id % COLOURS.length] ?? COLOURS[0];
  const role = label === '' ? html`aria-hidden="true"` : html`role="img" aria-label="${label}"`;
  return html`<svg class="face" data-face="${person.id}" width="${size}" height="${size}" viewBox="0 0 64 64" ${role}><rect width="64" height="64" fill="${ground}"/><text x="32" y="33" text-anchor="middle" dominant-baseline="central" font-size="26" fill="#fff">${initialsOf(person.username)}</text></svg>`;
}
