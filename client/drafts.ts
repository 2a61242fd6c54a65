import { ACCEPTED } from './forms.ts';

/** What was typed into a form and not yet accepted by the server. */
interface Draft {
  /** Milliseconds since 1970. */
  savedAt: number;
  values: Record<string, string>;
  /** The version of the post that was edited; '' for a new one. */
  version?: string;
}

const PREFIX = 'draft:';
const MAX_AGE = 30 * 24 * 60 * 60 * 1000;
const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'long', timeStyle: 'short' });

/** Keeps what is written in this browser until the server has accepted it. */
export function keepDrafts(): void {
  forgetOld();
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]')) {
    const key = PREFIX + form.dataset['draft'];
    bringBack(form, key);
    form.addEventListener('input', () => save(key, form));
    form.addEventListener(ACCEPTED, () => {
      remove(key);
      // Otherwise the browser would restore the text in the empty form of the next post.
      for (const control of texts(form)) control.value = '';
    });
    // Discarded on purpose.
    form.addEventListener('reset', () => remove(key));
  }
}

/** The keys of the drafts of one person in this browser. */
export function draftsOf(viewer: string): string[] {
  return drafts().filter((key) => key.startsWith(`${PREFIX}${viewer}:`));
}

export function forgetDrafts(viewer: string): void {
  for (const key of draftsOf(viewer)) remove(key);
}

function texts(form: HTMLFormElement): (HTMLInputElement | HTMLTextAreaElement)[] {
  return [...form.querySelectorAll<HTMLInputElement>('input[type=text], textarea')];
}

function versionOf(form: HTMLFormElement): HTMLInputElement | null {
  return form.querySelector<HTMLInputElement>('input[type=hidden][name=version]');
}

/**
 * Restores a draft, or offers it if the post has changed since: then the current text stays until
 * the draft is asked for.
 */
function bringBack(form: HTMLFormElement, key: string): void {
  const draft = read(key);
  const differing = texts(form).filter(
    ({ name, value }) => (draft?.values[name] ?? value) !== value,
  );
  // The form that the server sends back after a refusal is newer than any draft.
  if (!draft || differing.length === 0 || form.querySelector('[aria-invalid]')) return;
  const restore = (): void => {
    for (const control of differing) control.value = draft.values[control.name] ?? control.value;
  };
  const when = moment.format(draft.savedAt);
  const version = versionOf(form);
  if (!version || (draft.version ?? version.value) === version.value) {
    restore();
    offer(form, `Your unsent draft of ${when} is back. `);
    return;
  }
  const note = offer(
    form,
    `You have an unsent draft of ${when}. The post has changed since; below is its present text. `,
  );
  const show = button('Show my draft', 'button');
  show.addEventListener('click', () => {
    restore();
    // So that the server asks before the draft replaces newer text.
    version.value = draft.version ?? version.value;
    show.remove();
    texts(form).at(-1)?.focus();
  });
  note.insertBefore(show, note.lastElementChild);
}

/** A note above the form, with a button that discards the draft. */
function offer(form: HTMLFormElement, text: string): HTMLElement {
  const note = document.createElement('div');
  note.className = 'alert alert-note';
  const words = document.createElement('span');
  words.textContent = text;
  note.append(words, button('Discard draft', 'reset'));
  form.prepend(note);
  form.addEventListener('reset', () => {
    note.remove();
    texts(form)[0]?.focus();
  });
  return note;
}

function button(text: string, type: 'button' | 'reset'): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = type;
  made.className = 'btn btn-plain btn-small';
  made.textContent = text;
  return made;
}

function save(key: string, form: HTMLFormElement): void {
  const values = Object.fromEntries(texts(form).map(({ name, value }) => [name, value]));
  const version = versionOf(form)?.value ?? '';
  const draft = { savedAt: Date.now(), values, version } satisfies Draft;
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Storage is forbidden or full: writing continues without a draft.
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
