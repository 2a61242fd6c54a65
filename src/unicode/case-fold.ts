import { withoutInvisible } from './visible.ts';

/**
 * UTF-16 code units; more than any stored name or address has. Normalising takes time quadratic in
 * the length of a run of combining marks: seven seconds for 100,000 of them.
 */
const KEY_MAX = 500;

/**
 * Two texts with the same key differ only in case: NFKC, upper case, then lower case, so that
 * `straße` and `STRASSE` are one. Computed here and stored, so that both databases agree.
 */
export function caseKey(text: string): string {
  if (text.length > KEY_MAX) return text;
  return text.normalize('NFKC').toUpperCase().toLowerCase();
}

/**
 * Two user names with the same key are the same: their case key without invisible characters, with
 * runs of white space as one space. Look-alikes of other scripts stay different names.
 */
export function nameKey(name: string): string {
  if (name.length > KEY_MAX) return name;
  // Twice, because normalising turns some characters into spaces.
  return withoutInvisible(caseKey(withoutInvisible(name)))
    .replaceAll(/ +/g, ' ')
    .trim();
}

/**
 * Key of a stored name or address whose own key a lower id has: its exact spelling. Case keys have
 * no capital letters, so the two kinds never collide.
 */
export function exactKey(spelling: string): string {
  return EXACT + spelling;
}

/** The prefix of each exact key. */
export const EXACT = 'EXACTLY ';
