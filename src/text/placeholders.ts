import { cutOut, type Change } from './references.ts';

/** How much of a file's name is shown in a text; characters. */
const NAME_MAX = 30;

/**
 * What stands in the composer's text in place of a picture's reference until it is uploaded; `key` is of letters and
 * digits. A preview shows its words. No saved text has one.
 */
export function placeholder(name: string, key: string): string {
  const plain = name.replaceAll(/[\\[\]()*_`<>!&\s]+/g, ' ').trim();
  return `![Uploading ${Array.from(plain).slice(0, NAME_MAX).join('')}…](/pictures/uploading-${key})`;
}

/** A name has no bracket, so a match never reaches into the next placeholder, and no text takes long. */
const PLACEHOLDER = /!\[Uploading [^[\]\n]*…\]\(\/pictures\/uploading-([\da-z]+)\)/g;

/** The keys of the placeholders in a text. */
export function keysIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map(([, key = '']) => key);
}

/** Replaces the placeholders for which `by` returns a reference, and removes those for which it returns null. */
export function resolve(text: string, by: (key: string) => string | null | undefined): Change[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(({ 0: { length }, 1: key = '', index: at }) => {
    const insert = by(key);
    if (insert === undefined) return [];
    return [insert === null ? cutOut(text, { at, length }) : { at, remove: length, insert }];
  });
}
