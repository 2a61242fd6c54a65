import { isoMicros } from '../db/time.ts';

/** A post in its author's download; `posted`: microseconds. */
export interface OwnPost {
  id: number;
  title: string;
  content: string;
  posted: number;
}

/**
 * Code points of a title in a file name: with four bytes each the name stays below the 255 bytes
 * that file systems allow.
 */
const NAME_MAX = 50;

/**
 * The name of a post's file: its number, which makes it unique, and the part of the title that
 * every file system accepts. Letters of all scripts stay; slashes, dots, emoji and direction marks
 * do not.
 */
export function postFileName({ id, title }: Pick<OwnPost, 'id' | 'title'>): string {
  const words = title.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const name = Array.from(words.join('-')).slice(0, NAME_MAX).join('').replace(/-$/, '');
  return `posts/${id}${name === '' ? '' : `-${name}`}.md`;
}

/** The post in Markdown with front matter, as static site generators read it; `url` is its address. */
export function postFile({ title, content, posted }: OwnPost, url: string): string {
  // A JSON string is a YAML string too.
  const head = [`title: ${JSON.stringify(title)}`, `date: ${isoMicros(posted)}`, `url: ${url}`];
  return `---\n${head.join('\n')}\n---\n\n${content}\n`;
}
