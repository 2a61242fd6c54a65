import { cleanTag } from '../unicode/tag-name.ts';
import { distinctTags } from './tag.ts';

/** One tag of a line with the separator behind it: a comma, in any of three scripts. */
const PART = /\s*(?:"((?:[^"]|"")*)"\s*(?=[,，、]|$)|([^,，、]*))(?:[,，、]|$)/gu;
/** Names that must be quoted in a line to be read back unchanged. */
const QUOTED = /[,，、]|^"/u;

/**
 * Longest line that is split into tags, in characters; ten tags need far fewer, and a form may have
 * millions.
 */
const LINE_MAX = 10_000;

/**
 * The tags that somebody typed in one line, each once. Invalid names are included; a line that is
 * far too long becomes one such name.
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
