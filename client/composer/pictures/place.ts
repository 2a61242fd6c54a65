import type { Edit, Selected } from '../markdown/edit.ts';

/**
 * Puts references at the caret: as separate paragraphs, or inside the line if the caret is in the
 * middle of one. The caret is behind them afterwards.
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
