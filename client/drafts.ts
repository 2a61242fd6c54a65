import { ACCEPTED } from './forms.ts';

/** What was typed into a form and not accepted by the server yet. */
interface Draft {
  /** Milliseconds since 1970. */
  savedAt: number;
  values: Record<string, string>;
}

const PREFIX = 'draft:';
const MAX_AGE = 30 * 24 * 60 * 60 * 1000;

/** Keeps what is written in this browser until the server has accepted it. */
export function keepDrafts(): void {
  forgetOld();
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]')) {
    const key = PREFIX + form.dataset['draft'];
    restore(form, key);
    form.addEventListener('input', () => save(key, form));
    form.addEventListener(ACCEPTED, () => remove(key));
    // Discarded on purpose.
    form.addEventListener('reset', () => remove(key));
  }
}

function texts(form: HTMLFormElement): (HTMLInputElement | HTMLTextAreaElement)[] {
  return [...form.querySelectorAll<HTMLInputElement>('input[type=text], textarea')];
}

function restore(form: HTMLFormElement, key: string): void {
  const draft = read(key);
  const differing = texts(form).filter(
    ({ name, value }) => (draft?.values[name] ?? value) !== value,
  );
  // The form that the server sends back after a refusal is newer than any draft.
  if (!draft || differing.length === 0 || form.querySelector('[aria-invalid]')) return;
  for (const control of differing) control.value = draft.values[control.name] ?? control.value;
  offerDiscard(form);
}

function offerDiscard(form: HTMLFormElement): void {
  const note = document.createElement('div');
  note.className = 'alert alert-note';
  const words = document.createElement('span');
  words.textContent = 'Your unsent draft is back. ';
  const discard = document.createElement('button');
  discard.type = 'reset';
  discard.className = 'btn btn-plain btn-small';
  discard.textContent = 'Discard draft';
  note.append(words, discard);
  form.prepend(note);
  form.addEventListener('reset', () => {
    note.remove();
    texts(form)[0]?.focus();
  });
}

function save(key: string, form: HTMLFormElement): void {
  const values = Object.fromEntries(texts(form).map(({ name, value }) => [name, value]));
  try {
    localStorage.setItem(key, JSON.stringify({ savedAt: Date.now(), values } satisfies Draft));
  } catch {
    // Storage is forbidden or full: writing works without a draft.
  }
}

function read(key: string): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(key) ?? 'null') as Draft | null;
    return typeof draft?.values === 'object' ? draft : null;
  } catch {
    return null;
  }
}

function remove(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Then there is none.
  }
}

function forgetOld(): void {
  for (const key of drafts()) {
    const draft = read(key);
    if (!draft || Date.now() - draft.savedAt > MAX_AGE) remove(key);
  }
}

function drafts(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}
