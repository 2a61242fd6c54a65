import { nameKey } from './case-fold.ts';
import { isBlank } from './visible.ts';

/**
 * Characters with a meaning in addresses, and line breaks. Checked after normalising, which turns
 * other characters into some of these.
 */
const FORBIDDEN = /[/\\?#%\p{Cc}]/u;
/** A tag needs one of these, because browsers drop a part of an address that has only dots. */
const NEEDED = /[\p{L}\p{N}\p{S}]|(?!\.)\p{P}/u;

/** Why a tag must not have this name, as a sentence; null if it may. */
export function tagProblem(name: string): string | null {
  const key = tagKey(name);
  if (FORBIDDEN.test(name) || FORBIDDEN.test(key)) {
    return 'A tag must not have /, \\, ?, #, % or a control character.';
  }
  if (isBlank(name) || !NEEDED.test(key)) return 'A tag needs a letter, digit or symbol.';
  return null;
}

/** Tags with the same key are one: they differ in case, spaces or invisible characters. */
export const tagKey = nameKey;

/** A tag's name as it is kept: without space around it, and with single spaces in it. */
export const cleanTag = (name: string): string => name.trim().replaceAll(/\s+/g, ' ');
