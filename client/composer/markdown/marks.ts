import { editOf, type Change, type Edit, type Selected } from './edit.ts';
import { linesOf, type Line } from './lines.ts';

/** What stands on both sides of bold text, of italic text, and of code. */
export type Mark = '**' | '*' | '`';

/** Marks on both sides of a stretch of text, by offsets of what is between them. */
interface Pair extends Line {
  length: number;
}

/**
 * The signs at the start of a line that belong to its block: quote marks, then the sign of a list
 * or heading.
 */
const BLOCK = /^\s*(?:>\s?)*(?:(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?|#{1,6}\s+)?/;

/** Whether all of the selected text, or the text at the caret, has this mark. */
export function isMarked(selected: Selected, mark: Mark): boolean {
  const parts = partsOf(selected, mark);
  return parts.length > 0 && parts.every((part) => pairAround(selected.text, part, mark));
}

/**
 * Puts a mark on the selected text, or on the word around the caret, or removes it if all of it has it. Each line has its
 * own, because marks end with their paragraph. At the end of marked text the caret moves out of it.
 */
export function toggleMark(selected: Selected, mark: Mark): Edit {
  const { text, start, end } = selected;
  const parts = partsOf(selected, mark);
  const [part] = parts;
  const pairs = parts.map((part) => pairAround(text, part, mark));
  if (start === end) {
    const [pair] = pairs;
    if (pair?.end === start) {
      const out = start + (mark === '`' ? pair.length : mark.length);
      return { from: start, to: start, insert: '', start: out, end: out };
    }
    if (!pair && part?.start === part?.end) return emptyPair(selected, mark);
  }
  if (!part) return emptyPair(selected, mark);
  const remove = pairs.every((pair) => pair !== undefined);
  const seen = new Set<number>();
  const changes = parts.flatMap((part, at): Change[] => {
    const pair = pairs[at];
    if (pair === undefined) {
      return [part.start, part.end].map((at) => ({ at, remove: 0, insert: mark }));
    }
    if (!remove || seen.has(pair.start)) return [];
    seen.add(pair.start);
    const length = mark === '`' ? pair.length : mark.length;
    return [pair.start - length, pair.end].map((at) => ({ at, remove: length, insert: '' }));
  });
  // Afterwards the marked text is selected, so that the same command again removes the mark.
  const kept =
    start === end ? selected : { text, start: part.start, end: parts.at(-1)?.end ?? end };
  return editOf(kept, changes);
}

/** Inserts marks with the caret between them, or removes them if it is between such marks already. */
function emptyPair({ text, start }: Selected, mark: Mark): Edit {
  const { length } = mark;
  const [from, to] = [start - length, start + length];
  if (text.slice(from, start) === mark && text.slice(start, to) === mark) {
    return { from, to, insert: '', start: from, end: from };
  }
  return { from: start, to: start, insert: mark + mark, start: to, end: to };
}

/** The selected part of each line, without what begins its block, and without spaces at its ends. */
function partsOf(selected: Selected, mark: Mark): Line[] {
  const { text } = selected;
  if (selected.start === selected.end) return wordAt(text, selected.start);
  return linesOf(selected).flatMap((line) => {
    const block = line.start + (BLOCK.exec(text.slice(line.start, line.end))?.[0].length ?? 0);
    let start = Math.max(selected.start, block);
    let end = Math.min(selected.end, line.end);
    while (start < end && /\s/.test(text[start] ?? '')) start++;
    while (start < end && /\s/.test(text[end - 1] ?? '')) end--;
    const inner = withoutMarks(text, { start, end }, mark);
    if (pairAround(text, inner, mark)) return [inner];
    return start < end ? [{ start, end }] : [];
  });
}

/** A part without marks that are selected together with their text. */
function withoutMarks(text: string, { start, end }: Line, mark: Mark): Line {
  while (start < end && text[start] === mark[0]) start++;
  while (start < end && text[end - 1] === mark[0]) end--;
  return { start, end };
}

/** The word that an offset is inside of, else the offset itself. */
function wordAt(text: string, offset: number): Line[] {
  const before = /[\p{L}\p{N}\p{M}_'’]*$/u.exec(text.slice(Math.max(0, offset - 100), offset));
  const behind = /^[\p{L}\p{N}\p{M}_'’]*/u.exec(text.slice(offset, offset + 100));
  const [back, on] = [before?.[0].length ?? 0, behind?.[0].length ?? 0];
  const inside = back > 0 && on > 0;
  return [inside ? { start: offset - back, end: offset + on } : { start: offset, end: offset }];
}

/** The nearest marks of this kind around a part of a line. */
function pairAround(text: string, part: Line, mark: Mark): Pair | undefined {
  const [line] = linesOf({ text, ...part });
  if (!line) return undefined;
  return pairsIn(text, line, mark)
    .filter(({ start, end }) => start <= part.start && part.end <= end)
    .filter(({ length }) => (mark === '**' ? length >= 2 : mark === '*' ? length % 2 === 1 : true))
    .toSorted((a, b) => b.start - a.start)[0];
}

/** Runs of a mark's character that belong together: of one length, the first before text, the second behind it. */
function pairsIn(text: string, line: Line, mark: Mark): Pair[] {
  const open: Line[] = [];
  const pairs: Pair[] = [];
  const runs = text.slice(line.start, line.end).matchAll(mark === '`' ? /`+/g : /\*+/g);
  for (const { index, 0: found } of runs) {
    const run = { start: line.start + index, end: line.start + index + found.length };
    const closes = /\S/.test(text[run.start - 1] ?? ' ');
    const at = open.findLastIndex(({ start, end }) => end - start === found.length);
    if (closes && at !== -1) {
      pairs.push({ start: open[at]?.end ?? 0, end: run.start, length: found.length });
      open.length = at;
    } else if (/\S/.test(text[run.end] ?? ' ')) open.push(run);
  }
  return pairs;
}
