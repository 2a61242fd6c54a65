import type { Change } from '../../../src/text/references.ts';

export type { Change };

/** A text and what of it is selected; offsets in UTF-16 units, as a textarea has them. */
export interface Selected {
  text: string;
  start: number;
  end: number;
}

/** `from` to `to` is replaced by `insert`; then `start` to `end` of the new text is selected. */
export interface Edit {
  from: number;
  to: number;
  insert: string;
  start: number;
  end: number;
}

/**
 * Combines changes (at least one, in order, not overlapping) into one edit. The selected text stays
 * selected, without insertions at its ends.
 */
export function editOf({ text, start, end }: Selected, changes: readonly Change[]): Edit {
  const from = changes[0]?.at ?? start;
  let insert = '';
  let to = from;
  for (const change of changes) {
    insert += text.slice(to, change.at) + change.insert;
    to = change.at + change.remove;
  }
  const newStart = moved(start, changes, true);
  return {
    from,
    to,
    insert,
    start: newStart,
    end: Math.max(newStart, moved(end, changes, start === end)),
  };
}

/** Where an offset is after the changes; `behind`: an insertion right there comes before it. */
function moved(offset: number, changes: readonly Change[], behind: boolean): number {
  let by = 0;
  for (const { at, remove, insert } of changes) {
    if (at > offset || (at === offset && !behind)) break;
    by += insert.length - Math.min(remove, offset - at);
  }
  return offset + by;
}

/** A textarea's text and selection. */
export function selectedIn({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): Selected {
  return { text: value, start: selectionStart, end: selectionEnd };
}

/**
 * Most lines that are inserted as if typed: Chromium takes a second for 640, and four times as long
 * for twice as many.
 */
const TYPED_MAX = 250;

/** Makes an edit as if it were typed, so that the browser can undo it, unless it has very many lines. */
export function apply(area: HTMLTextAreaElement, { from, to, insert, start, end }: Edit): void {
  area.focus();
  area.setSelectionRange(from, to);
  // Deprecated, but the only way to keep a textarea's undo history.
  const typed =
    insert === ''
      ? from === to || document.execCommand('delete')
      : insert.split('\n', TYPED_MAX + 1).length <= TYPED_MAX &&
        document.execCommand('insertText', false, insert);
  if (!typed) {
    area.setRangeText(insert, from, to, 'end');
    area.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }));
  }
  area.setSelectionRange(start, end);
}
