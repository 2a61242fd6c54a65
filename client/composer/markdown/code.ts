import { editOf, type Edit, type Selected } from './edit.ts';
import { lineAt, linesOf } from './lines.ts';
import { toggleMark } from './marks.ts';

const FENCE = '```';

/** Code within a line, or lines of it between fences; or plain text again. */
export function toggleCode(selected: Selected): Edit {
  const { text, start, end } = selected;
  if (!text.slice(start, end).includes('\n')) return toggleMark(selected, '`');
  const lines = linesOf(selected);
  const [first, last] = [lines[0]?.start ?? start, lines.at(-1)?.end ?? end];
  const before = first > 0 ? lineAt(text, first - 1) : undefined;
  const behind = last < text.length ? lineAt(text, last + 1) : undefined;
  const isFence = (line = { start: 0, end: 0 }) =>
    text.slice(line.start, line.end).startsWith(FENCE);
  if (isFence(before) && isFence(behind) && before && behind) {
    return editOf(selected, [
      { at: before.start, remove: first - before.start, insert: '' },
      { at: last, remove: behind.end - last, insert: '' },
    ]);
  }
  return editOf(selected, [
    { at: first, remove: 0, insert: `${FENCE}\n` },
    { at: last, remove: 0, insert: `\n${FENCE}` },
  ]);
}
