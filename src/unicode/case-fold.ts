import { withoutInvisible } from './visible.ts';

/**
 * UTF-16 code units: more than any name or address that is stored. Normalising takes time quadratic in the
 * length of a run of combining marks, seven seconds for 100,000 of them.
 */
const KEY_MAX = 500;

/**
 * What makes two texts the same without regard to case: NFKC, upper case, then lower case, so that `straße` and
 * `STRASSE` are one. Made here and stored, so that both databases agree on it.
 */
export function caseKey(text: string): string {
  if (text.length > KEY_MAX) return text;
  return text.normalize('NFKC').toUpperCase().toLowerCase();
}

/**
 * What makes two user names the same: their case key without what cannot be seen, with runs of white space as one
 * space. Look-alikes of other scripts stay different names.
 */
export function nameKey(name: string): string {
  if (name.length > KEY_MAX) return name;
  // Normalising makes spaces of some characters.
  return withoutInvisible(caseKey(withoutInvisible(name)))
    .replaceAll(/ +/g, ' ')
    .trim();
}

/**
 * Key of a stored name or address whose own key somebody with a lower id has: its exact spelling, as it is stored.
 * No case key holds a capital letter, so the two kinds never meet.
 */
export function exactKey(spelling: string): string {
  return EXACT + spelling;
}

/** What each exact key begins with. */
export const EXACT = 'EXACTLY ';
