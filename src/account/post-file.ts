import { isoMicros } from '../db/time.ts';

/** A post as its author takes it along; `posted`: microseconds. */
export interface OwnPost {
  id: number;
  title: string;
  content: string;
  posted: number;
}

/** Of a title, in code points: with four bytes each the name stays below the 255 bytes that file systems take. */
const NAME_MAX = 50;

/**
 * The name of a post's file: its number, which keeps it unique, and what of the title every file system
 * takes. Letters of all scripts stay; slashes, dots, emoji and marks that turn the direction of text do not.
 */
export function postFileName({ id, title }: Pick<OwnPost, 'id' | 'title'>): string {
  const words = title.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const name = Array.from(words.join('-')).slice(0, NAME_MAX).join('').replace(/-$/, '');
  return `posts/${id}${name === '' ? '' : `-${name}`}.md`;
}

/** The post in Markdown with front matter, as static site generators read it; `url` is where it stands. */
export function postFile({ title, content, posted }: OwnPost, url: string): string {
  // A string of JSON is one of YAML as well.
  const head = [`title: ${JSON.stringify(title)}`, `date: ${isoMicros(posted)}`, `url: ${url}`];
  return `---\n${head.join('\n')}\n---\n\n${content}\n`;
}
