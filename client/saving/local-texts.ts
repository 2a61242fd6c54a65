/** What was typed into a form and not yet accepted by the server. */
export interface LocalText {
  /** Milliseconds since 1970. */
  savedAt: number;
  values: Record<string, string>;
  /** The hidden fields that say what the text began from; missing in texts of earlier versions. */
  origin?: Record<string, string>;
}

/** Every key begins with it. */
export const PREFIX = 'draft:';
const MAX_AGE = 30 * 24 * 60 * 60 * 1000;

/** The fields that a writer changes. */
export const TEXTS = ['title', 'content', 'format', 'audience', 'tags'];
/** The fields that say what the text began from. */
export const ORIGIN = ['form_key', 'version', 'draft', 'draft_version'];

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** A field of a form by its name. */
export function control(form: HTMLFormElement, name: string): Control | null {
  const found = form.elements.namedItem(name);
  const kinds = [HTMLInputElement, HTMLTextAreaElement, HTMLSelectElement];
  return kinds.some((kind) => found instanceof kind) ? (found as Control) : null;
}

/** The values of the named fields that the form has. */
export function valuesOf(form: HTMLFormElement, names: string[]): Record<string, string> {
  const pairs = names.map((name) => [name, control(form, name)?.value] as const);
  return Object.fromEntries(
    pairs.filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

/** The values with which the server has sent the form. */
export function sentValues(form: HTMLFormElement, names: string[]): Record<string, string> {
  const pairs = names.map((name) => [name, sentValue(control(form, name))]);
  return Object.fromEntries(pairs) as Record<string, string>;
}

function sentValue(field: Control | null): string {
  if (!(field instanceof HTMLSelectElement)) return field?.defaultValue ?? '';
  return [...field.options].find(({ defaultSelected }) => defaultSelected)?.value ?? '';
}

/** Whether both have the same values. */
export function isSame(one: Record<string, string>, other: Record<string, string>): boolean {
  return TEXTS.every((name) => (one[name] ?? '') === (other[name] ?? ''));
}

/** Texts of this browser that a form shows; the server may have got them when their page was left. */
export const restored = new WeakMap<HTMLFormElement, Record<string, string>>();

/** Where this form's text is kept: by person, since two may share a browser, and by address. */
export function keyOf(form: HTMLFormElement): string {
  return PREFIX + (form.dataset['draft'] ?? '');
}

/** Keeps the form's text in this browser. */
export function keepLocally(form: HTMLFormElement): void {
  const values = valuesOf(form, TEXTS);
  const text: LocalText = { savedAt: Date.now(), values, origin: valuesOf(form, ORIGIN) };
  writeLocally(keyOf(form), text);
}

/** Keeps a text under this key, if the browser allows it. */
export function writeLocally(key: string, text: LocalText): void {
  try {
    localStorage.setItem(key, JSON.stringify(text));
  } catch {
    // Storage is forbidden or full: writing continues without it.
  }
}

/** Whether the form's text can be kept in this browser, and is. */
export function isKeptLocally(form: HTMLFormElement): boolean {
  return readLocally(keyOf(form)) !== null;
}

/** The text under this key; null if there is none, or it cannot be read. */
export function readLocally(key: string): LocalText | null {
  try {
    const text = JSON.parse(localStorage.getItem(key) ?? 'null') as LocalText | null;
    return typeof text?.values === 'object' ? text : null;
  } catch {
    return null;
  }
}

/** Keeps a text under another key. */
export function moveLocally(from: string, to: string): void {
  const text = readLocally(from);
  if (!text) return;
  try {
    localStorage.setItem(to, JSON.stringify(text));
    localStorage.removeItem(from);
  } catch {
    // If storage fails, the text stays where it is.
  }
}

/** Removes the text under this key, if there is one. */
export function removeLocally(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // If storage is forbidden, there is no text to remove.
  }
}

/** The keys of the texts of one person in this browser. */
export function draftsOf(viewer: string): string[] {
  return keys().filter((key) => key.startsWith(`${PREFIX}${viewer}:`));
}

/** Removes all texts of one person from this browser. */
export function forgetDrafts(viewer: string): void {
  for (const key of draftsOf(viewer)) removeLocally(key);
}

/** Removes texts that are more than thirty days old. */
export function forgetOld(): void {
  for (const key of keys()) {
    const text = readLocally(key);
    if (!text || Date.now() - text.savedAt > MAX_AGE) removeLocally(key);
  }
}

function keys(): string[] {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return [];
  }
}
