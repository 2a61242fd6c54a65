import type { Change } from '../../../src/text/references.ts';
import { apply, editOf, selectedIn } from '../markdown/edit.ts';
import { place } from './place.ts';

/** Changes a text in which somebody may be typing. */
export interface Editor {
  /** The caret stays where it is, and the page does not scroll. */
  change: (make: (text: string) => Change[]) => void;
  /** Puts references at the caret, or at the end of a text that has not had it; it is behind them then and has the focus. */
  insert: (references: string[]) => void;
}

/** An editor of a textarea; it waits until an input method has composed a word. */
export function editorOf(area: HTMLTextAreaElement): Editor {
  let composing = false;
  const waiting: (() => void)[] = [];
  let visited = document.activeElement === area;
  area.addEventListener('focus', () => (visited = true));
  area.addEventListener('compositionstart', () => (composing = true));
  area.addEventListener('compositionend', () => {
    composing = false;
    // The composed word is not in the text yet.
    setTimeout(() => {
      for (const edit of waiting.splice(0)) edit();
    });
  });
  const whenIdle = (edit: () => void): void => {
    if (composing) waiting.push(edit);
    else edit();
  };

  const change = (changes: Change[]): void => {
    if (changes.length === 0) return;
    const { scrollX, scrollY } = window;
    if (document.activeElement === area) apply(area, editOf(selectedIn(area), changes));
    else {
      for (const { at, remove, insert } of changes.toReversed()) {
        area.setRangeText(insert, at, at + remove, 'preserve');
      }
      area.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertText' }));
    }
    scrollTo(scrollX, scrollY);
  };
  return {
    change: (make) => whenIdle(() => change(make(area.value))),
    insert: (references) =>
      whenIdle(() => {
        if (!visited) area.setSelectionRange(area.textLength, area.textLength);
        apply(area, place(selectedIn(area), references));
      }),
  };
}
