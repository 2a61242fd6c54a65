import type { Selected } from './edit.ts';

/** A line of a text, by offsets, without its break. */
export interface Line {
  start: number;
  end: number;
}

/** The line in which an offset lies. */
export function lineAt(text: string, offset: number): Line {
  const end = text.indexOf('\n', offset);
  return { start: text.lastIndexOf('\n', offset - 1) + 1, end: end === -1 ? text.length : end };
}

/** The lines that a selection touches; not the one at whose very start it ends. */
export function linesOf({ text, start, end }: Selected): Line[] {
  const lines = [lineAt(text, start)];
  for (let last = lines[0] as Line; last.end + 1 < end; lines.push(last)) {
    last = lineAt(text, last.end + 1);
  }
  return lines;
}

/** Whether an offset is inside of fenced code, where nothing is markup. */
export function inFence(text: string, offset: number): boolean {
  return ((text.slice(0, offset).match(/^ {0,3}(?:`{3}|~{3})/gm)?.length ?? 0) & 1) === 1;
}
