import { ACCEPTED } from './forms/forms.ts';
import {
  control,
  draftsOf,
  forgetOld,
  isSame,
  keepLocally,
  keyOf,
  moveLocally,
  type LocalText,
  ORIGIN,
  PREFIX,
  readLocally,
  removeLocally,
  restored,
  TEXTS,
  valuesOf,
} from './saving/local-texts.ts';
import { addUnsentNote, keptOn, smallButton } from './saving/unsent-note.ts';

/** What is discarded, and where the focus goes then. */
const DRAFT = { what: 'draft', focus: 'title' };

/** Keeps what is written in this browser until the server has accepted it. */
export function keepDrafts(): void {
  forgetOld();
  // The server has this text, because the page shows both versions side by side.
  const kept = document.querySelector<HTMLElement>('[data-kept]')?.dataset['kept'];
  if (kept !== undefined) removeLocally(PREFIX + kept);
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-draft]')) {
    forgetSaved(form);
    bringBack(form);
    form.addEventListener('input', () => keepLocally(form));
    form.addEventListener(ACCEPTED, () => {
      removeLocally(keyOf(form));
      // Otherwise the browser would restore the text in the empty form of the next post.
      for (const name of ['title', 'content']) set(form, name, '');
    });
    // Discarded on purpose.
    form.addEventListener('reset', () => {
      removeLocally(keyOf(form));
      removeLocally(older(form));
    });
  }
}

/** The key under which a text waits for its writer's decision, because the server has a newer one. */
const older = (form: HTMLFormElement) => `${keyOf(form)}#`;

function set(form: HTMLFormElement, name: string, value: string | undefined): void {
  const field = control(form, name);
  if (field && value !== undefined) field.value = value;
}

/** The text of this draft is saved, so a copy from before it had an address is not needed. */
function forgetSaved(form: HTMLFormElement): void {
  const formKey = control(form, 'form_key')?.value;
  const [viewer = ''] = (form.dataset['draft'] ?? '').split(':', 1);
  for (const key of formKey ? draftsOf(viewer) : []) {
    const text = readLocally(key);
    if (
      text &&
      text.origin?.['form_key'] === formKey &&
      isSame(text.values, valuesOf(form, TEXTS))
    ) {
      removeLocally(key);
    }
  }
}

/**
 * Restores a text from this browser. If the server has a newer one, that is shown, and this text is
 * only offered.
 */
function bringBack(form: HTMLFormElement): void {
  const text = readLocally(keyOf(form)) ?? readLocally(older(form));
  // The form that the server sends back after a refusal is newer than any text of this browser.
  if (!text || 'unsaved' in form.dataset || form.querySelector('[aria-invalid]')) return;
  if (isSame({ ...valuesOf(form, TEXTS), ...text.values }, valuesOf(form, TEXTS))) {
    removeLocally(keyOf(form));
    removeLocally(older(form));
    return;
  }
  const when = keptOn(text.savedAt);
  if (isOfThisVersion(form, text)) {
    restore(form, text);
    addUnsentNote(form, `Your unsent draft of ${when} is back. `, DRAFT);
    return;
  }
  moveLocally(keyOf(form), older(form));
  const note = addUnsentNote(
    form,
    `You have an unsent draft of ${when}. The text has changed since; below is what is saved. `,
    DRAFT,
  );
  const show = smallButton('Show my draft', 'button');
  show.addEventListener('click', () => {
    restore(form, text);
    removeLocally(older(form));
    show.remove();
    control(form, 'content')?.focus();
  });
  note.insertBefore(show, note.lastElementChild);
}

function isOfThisVersion(form: HTMLFormElement, { origin = {} }: LocalText): boolean {
  const now = valuesOf(form, ORIGIN);
  return ['version', 'draft', 'draft_version'].every(
    (name) => (origin[name] ?? '') === (now[name] ?? ''),
  );
}

/** Restores the origin too, so that the server asks before it replaces a newer text. */
function restore(form: HTMLFormElement, { values, origin = {} }: LocalText): void {
  for (const name of TEXTS) set(form, name, values[name]);
  for (const name of ORIGIN) set(form, name, origin[name]);
  form.dataset['unsaved'] = '';
  restored.set(form, valuesOf(form, TEXTS));
  form.dispatchEvent(new Event('input'));
}
