import { ACCEPTED } from '../forms/forms.ts';
import { randomKey } from '../random-key.ts';
import {
  control,
  draftsOf,
  PREFIX,
  readLocally,
  removeLocally,
  valuesOf,
  writeLocally,
} from './local-texts.ts';
import { addUnsentNote, keptOn } from './unsent-note.ts';

/** What the address says once the server has a comment. */
const SENT = ['commented', 'comment-held'];
/**
 * In this tab's storage: which kept comment is being sent, because a login in between may load
 * other pages.
 */
const SENDING = 'sending-comment';
/** The fields that say what a comment is about. */
const ABOUT = ['parent_id', 'about'];

/**
 * Keeps a comment in this browser until it is sent or emptied, by person and post, and brings back
 * what was not sent. Of two tabs each keeps its own; the next page brings back the newest.
 */
export function keepComment(form: HTMLFormElement): void {
  const area = control(form, 'content');
  const viewer = document.body.dataset['viewer'];
  if (!area || viewer === undefined) return;
  const first = `${PREFIX}${viewer}:${new URL(form.action).pathname}`;
  forgetSent(viewer, first);
  const before = keptFor(viewer, first);
  let key = before[0] ?? first;
  let own: string | undefined;
  let note: HTMLElement | undefined;
  // False once another tab has written another text there.
  const isOwn = (): boolean => [own, undefined].includes(readLocally(key)?.values['content']);
  const forget = (): void => {
    if (isOwn()) removeLocally(key);
    note?.remove();
  };
  const kept = readLocally(key);
  // A text that the server sends back is newer, and the page of another reply has no place for it.
  if (kept && area.value === '' && belongs(form, kept.origin)) {
    area.value = kept.values['content'] ?? '';
    for (const name of ABOUT) choose(form, name, kept.origin?.[name]);
    const text = `Your unsent comment of ${keptOn(kept.savedAt)} is back. `;
    note = addUnsentNote(form, text, { what: 'comment', focus: 'content' });
  }
  if (area.value === kept?.values['content']) own = area.value;
  form.addEventListener('input', () => {
    if (area.value.trim() === '') return forget();
    const [values, origin] = [valuesOf(form, ['content']), valuesOf(form, ABOUT)];
    if (!isOwn()) key = `${first}#${randomKey()}`;
    own = area.value;
    writeLocally(key, { savedAt: Date.now(), values, origin });
  });
  form.addEventListener('submit', () => noteSending(isOwn() ? versionOf(key) : ''));
  form.addEventListener('reset', forget);
  form.addEventListener(ACCEPTED, forget);
}

/** Forgets a comment that was sent by way of a login, after the session had ended. */
function forgetSent(viewer: string, first: string): void {
  if (!SENT.includes(new URLSearchParams(location.search).get('done') ?? '')) return;
  const sent = noted();
  for (const key of keptFor(viewer, first)) if (versionOf(key) === sent) removeLocally(key);
}

/** Another one once another tab has written there. */
const versionOf = (key: string): string => `${key} ${readLocally(key)?.savedAt}`;

function noteSending(version: string): void {
  try {
    sessionStorage.setItem(SENDING, version);
  } catch {
    // Storage is forbidden, so nothing is kept either.
  }
}

function noted(): string | null {
  try {
    return sessionStorage.getItem(SENDING);
  } catch {
    return null;
  }
}

/** The keys of what is kept for the same post, the newest first; a mark follows the address in those of further tabs. */
function keptFor(viewer: string, first: string): string[] {
  const savedAt = (key: string): number => readLocally(key)?.savedAt ?? 0;
  return draftsOf(viewer)
    .filter((key) => key === first || key.startsWith(`${first}#`))
    .toSorted((one, other) => savedAt(other) - savedAt(one));
}

/** On the page of the post, the form moves to the comment that is answered. */
function belongs(form: HTMLFormElement, origin: Record<string, string> = {}): boolean {
  return (
    form.closest('.comments') !== null || origin['parent_id'] === control(form, 'parent_id')?.value
  );
}

function choose(form: HTMLFormElement, name: string, value = ''): void {
  const field = control(form, name);
  if (!field || field.value !== '') return;
  field.value = value;
  // The paragraph that was chosen is another one now.
  if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.selectedIndex = 0;
}
