import { cutOut, type Change } from '../../../src/text/references.ts';
import type { Edit, Selected } from '../markdown/edit.ts';

/**
 * Puts references at the caret: as paragraphs of their own, or in the middle of a line into it. The caret is behind them
 * then.
 */
export function place({ text, end: caret }: Selected, references: readonly string[]): Edit {
  const [before, after] = [text.slice(0, caret), text.slice(caret)];
  const inLine = /[^\n]$/.test(before) && /^[^\n]/.test(after);
  const head = inLine || before.trim() === '' ? '' : '\n\n'.slice(endingBreaks(before));
  const tail = inLine ? '' : '\n\n'.slice(/^\n{0,2}/.exec(after)?.[0].length);
  const insert = head + references.join(inLine ? ' ' : '\n\n') + tail;
  const end = caret + insert.length;
  return { from: caret, to: caret, insert, start: end, end };
}

const endingBreaks = (text: string) => /\n{0,2}$/.exec(text)?.[0].length;

/** How much of a file's name is shown in a text; characters. */
const NAME_MAX = 30;

/**
 * What stands in a text in place of a picture's reference until it is uploaded; `key` is of letters and digits. A preview
 * shows its words.
 */
export function placeholder(name: string, key: string): string {
  const plain = name.replaceAll(/[\\[\]()*_`<>!&\s]+/g, ' ').trim();
  return `![Uploading ${Array.from(plain).slice(0, NAME_MAX).join('')}…](/pictures/uploading-${key})`;
}

const PLACEHOLDER = /!\[Uploading [^\]\n]*…\]\(\/pictures\/uploading-([\da-z]+)\)/g;

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
