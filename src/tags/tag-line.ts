import { cleanTag } from '../unicode/tag-name.ts';
import { distinctTags } from './tag.ts';

/** One tag of a line, and what separates it from the next: a comma, also of another script. */
const PART = /\s*(?:"((?:[^"]|"")*)"\s*(?=[,，、]|$)|([^,，、]*))(?:[,，、]|$)/gu;
/** Names that a line has in quotes, so that they are read as they were. */
const QUOTED = /[,，、]|^"/u;

/** Characters of a line that is taken apart; ten tags need far fewer, and a form may have millions. */
const LINE_MAX = 10_000;

/**
 * The tags that somebody typed in one line, each once. What no post may have is kept; a line that is far too long is
 * one such name.
 */
export function readTags(line: string): string[] {
  if (line.length > LINE_MAX) return [line];
  const names = Array.from(line.matchAll(PART), ([, quoted, plain = '']) =>
    quoted === undefined ? plain : quoted.replaceAll('""', '"'),
  );
  const typed = distinctTags(names).filter(({ name }) => name !== '');
  return typed.map(({ name }) => name);
}

/** Tags as one line for editing. */
export function writeTags(names: readonly string[]): string {
  const quoted = (name: string) =>
    QUOTED.test(name) ? `"${name.replaceAll('"', '""')}"` : cleanTag(name);
  return names.map(quoted).join(', ');
}
