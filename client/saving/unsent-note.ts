import { control } from './local-texts.ts';

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });

/** When a text was kept, as its reader writes dates; `savedAt`: milliseconds since 1970. */
export const keptOn = (savedAt: number): string => moment.format(savedAt);

/**
 * Adds a note above a form, with a button that resets it. `what` is discarded; the field `focus` has
 * the focus then.
 */
export function addUnsentNote(
  form: HTMLFormElement,
  text: string,
  { what, focus }: { what: string; focus: string },
): HTMLElement {
  const note = document.createElement('div');
  note.className = 'alert alert-note';
  const words = document.createElement('span');
  words.textContent = text;
  note.append(words, smallButton(`Discard ${what}`, 'reset'));
  form.prepend(note);
  form.addEventListener('reset', () => {
    note.remove();
    control(form, focus)?.focus();
  });
  return note;
}

/** A small button with this text. */
export function smallButton(text: string, type: 'button' | 'reset'): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = type;
  made.className = 'btn btn-plain btn-small';
  made.textContent = text;
  return made;
}
