import type { Edit, Selected } from './edit.ts';
import { inFence, lineAt } from './lines.ts';

/** Indent and quote marks, then a list's sign, then a task's box. */
const ITEM = /^([ \t]*(?:> ?)*)(?:([-*+]|(\d{1,9})([.)]))( +)(\[[ xX]\] +)?)?/;

/**
 * The edit for Enter at the end of a list item or a line of a quote: it begins another one, or, if
 * the current one is empty, ends the list or quote. Null where Enter only breaks the line.
 */
export function continueBlock({ text, start, end }: Selected): Edit | null {
  if (start !== end) return null;
  const line = lineAt(text, start);
  const [begin = '', lead = '', sign, number, point = '', space = '', task] =
    ITEM.exec(text.slice(line.start, line.end)) ?? [];
  const isBlock = sign !== undefined || lead.includes('>');
  if (!isBlock || start < line.start + begin.length || inFence(text, start)) return null;
  if (text.slice(line.start + begin.length, line.end).trim() === '') {
    // A list within a quote ends first. Without a blank line, what follows would still belong to the block above.
    const rest = sign === undefined || lead.trim() === '' ? '' : lead;
    const insert = line.start === 0 ? rest : `${rest.trimEnd()}\n${rest}`;
    const at = line.start + insert.length;
    return { from: line.start, to: line.end, insert, start: at, end: at };
  }
  const next =
    number === undefined ? (sign ?? '') : `${Math.min(Number(number) + 1, 999_999_999)}${point}`;
  const insert = `\n${lead}${next}${space}${task === undefined ? '' : '[ ] '}`;
  const at = start + insert.length;
  return { from: start, to: start, insert, start: at, end: at };
}
