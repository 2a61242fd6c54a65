import { lazy } from '../runtime/lazy.ts';
import { threadTime } from '../runtime/thread-time.ts';
import { loadDiff } from './diff.ts';

/**
 * Two texts are compared if the parts between their first and last difference have at most this
 * many characters together.
 */
const COMPARED_MAX = 100_000;

/** A piece of two texts: in both, only in the later one, or only in the earlier one. */
export interface Piece {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

const words = lazy(() => new Intl.Segmenter('en', { granularity: 'word' }));

/**
 * What changed from one text to a later one, word by word; null if that takes more than so many
 * milliseconds of the processor, or they are too long and too different.
 */
export function findDifferences(before: string, after: string, timeoutMs: number): Piece[] | null {
  const start = commonStart(before, after);
  const end = commonEnd(before.slice(start), after.slice(start));
  const [from, to] = [before, after].map((text) => text.slice(start, text.length - end)) as [
    string,
    string,
  ];
  if (from.length + to.length > COMPARED_MAX) return null;
  const changes = compareWords(wordsOf(from), wordsOf(to), timeoutMs);
  if (!changes) return null;
  const pieces = changes.map(({ added, removed, value }): Piece => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value.join(''),
  }));
  const same = (text: string): Piece[] => (text === '' ? [] : [{ kind: 'same', text }]);
  return [...same(before.slice(0, start)), ...pieces, ...same(before.slice(before.length - end))];
}

/** The package's timeout is wall-clock time, so time that other processes took is added to it. */
function compareWords(from: string[], to: string[], timeoutMs: number) {
  const { diffArrays } = loadDiff();
  const end = threadTime() + timeoutMs;
  for (;;) {
    const changes = diffArrays(from, to, { timeout: timeoutMs });
    if (changes || threadTime() >= end) return changes;
  }
}

function wordsOf(text: string): string[] {
  return Array.from(words().segment(text), ({ segment }) => segment);
}

/** Length of the common beginning of both texts, up to its last space, so that no word is cut. */
function commonStart(before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  let length = 0;
  while (length < most && before.charCodeAt(length) === after.charCodeAt(length)) length++;
  if (length === before.length && length === after.length) return length;
  while (length > 0 && !isSpace(before.charCodeAt(length - 1))) length--;
  return length;
}

/** Length of the common end, likewise. */
function commonEnd(before: string, after: string): number {
  const most = Math.min(before.length, after.length);
  const at = (text: string, length: number) => text.charCodeAt(text.length - length - 1);
  let length = 0;
  while (length < most && at(before, length) === at(after, length)) length++;
  while (length > 0 && !isSpace(at(before, length - 1))) length--;
  return length;
}

const isSpace = (code: number) => code === 0x20 || code === 0x0a;
