/** A picture in a Markdown source: `![alt](/pictures/12 "caption")`. */
export interface Reference {
  id: number;
  alt: string;
  caption: string;
  /** Where it begins, and how many characters it has, in UTF-16 units. */
  at: number;
  length: number;
}

/** `remove` characters at an offset of the old text are replaced by `insert`. */
export interface Change {
  at: number;
  remove: number;
  insert: string;
}

/** Neither an alt text nor a caption runs into the next one, so no text takes long. */
const REFERENCE =
  /!\[((?:\\.|[^\\[\]])*)\]\(\/pictures\/([1-9]\d{0,14})(?:\s+"((?:\\.|[^"\\])*)")?\s*\)/gs;

/** The references of a source, in order; those in code too. */
export function referencesIn(source: string): Reference[] {
  return [...source.matchAll(REFERENCE)].map(
    ({ 0: whole, 1: alt = '', 2: id, 3: caption = '', index }) => ({
      id: Number(id),
      alt: unescaped(alt),
      caption: unescaped(caption),
      at: index,
      length: whole.length,
    }),
  );
}

/** The reference that shows a picture with these texts. */
export function referenceTo({
  id,
  alt,
  caption,
}: Pick<Reference, 'id' | 'alt' | 'caption'>): string {
  const title = caption === '' ? '' : ` "${inLine(caption).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return `![${inLine(alt).replaceAll(/[\\[\]*_`!<&]/g, String.raw`\$&`)}](/pictures/${id}${title})`;
}

/** A text in one line, because an empty line would end the paragraph. */
const inLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

/** What a backslash hides from Markdown is punctuation. */
const unescaped = (text: string) => inLine(text.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1'));

/** Gives every reference to a picture these texts. */
export function describe(
  source: string,
  texts: Pick<Reference, 'id' | 'alt' | 'caption'>,
): Change[] {
  return referencesIn(source)
    .filter(({ id }) => id === texts.id)
    .map(({ at, length }) => ({ at, remove: length, insert: referenceTo(texts) }));
}

/** Removes every reference to a picture, with the lines in which nothing else stands. */
export function remove(source: string, id: number): Change[] {
  return referencesIn(source)
    .filter((reference) => reference.id === id)
    .map((reference) => cutOut(source, reference));
}

/**
 * Removes a part of a line; also the whole line if nothing else is in it, and the gap below if it
 * was a paragraph.
 */
export function cutOut(source: string, { at, length }: Pick<Reference, 'at' | 'length'>): Change {
  const from = source.lastIndexOf('\n', at) + 1;
  const to = lineEnd(source, at + length);
  const others = source.slice(from, at) + source.slice(at + length, to);
  if (others.trim() !== '') return { at, remove: length, insert: '' };
  const next = lineEnd(source, to);
  const before = source.slice(source.lastIndexOf('\n', from - 2) + 1, from);
  const alone = before.trim() === '' && source.slice(to, next).trim() === '';
  return { at: from, remove: (alone ? next : to) - from, insert: '' };
}

/** Where the line ends in which `at` is, behind its break. */
function lineEnd(source: string, at: number): number {
  const found = source.indexOf('\n', at);
  return found === -1 ? source.length : found + 1;
}

/** Swaps a picture with the one before it (-1) or after it (1), in the order of their first references. */
export function move(source: string, id: number, by: -1 | 1): Change[] {
  const all = referencesIn(source);
  const firsts = all.filter((one, at) => all.findIndex((other) => other.id === one.id) === at);
  const at = firsts.findIndex((one) => one.id === id);
  const [one, other] = [firsts[Math.min(at, at + by)], firsts[Math.max(at, at + by)]];
  if (at === -1 || !one || !other) return [];
  const textOf = (reference: Reference) =>
    source.slice(reference.at, reference.at + reference.length);
  return [
    { at: one.at, remove: one.length, insert: textOf(other) },
    { at: other.at, remove: other.length, insert: textOf(one) },
  ];
}

/** References as paragraphs of their own at the end of a source. */
export function append(source: string, references: readonly string[]): string {
  if (references.length === 0) return source;
  const text = source.trimEnd();
  return `${text === '' ? '' : `${text}\n\n`}${references.join('\n\n')}\n`;
}

/** Applies changes, which must be in order and must not overlap. */
export function changed(source: string, changes: readonly Change[]): string {
  let text = '';
  let to = 0;
  for (const { at, remove: length, insert } of changes) {
    text += source.slice(to, at) + insert;
    to = at + length;
  }
  return text + source.slice(to);
}
