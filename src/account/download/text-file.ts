import { isoMicros } from '../../db/time.ts';
import type { Format } from '../../text/rendered.ts';

/** A post or draft in its author's download. */
export interface OwnText {
  id: number;
  title: string;
  content: string;
  format: Format;
  tags: readonly string[];
}

/**
 * Code points of a title in a file name: with four bytes each the name stays below the 255 bytes
 * that file systems allow.
 */
const NAME_MAX = 50;

/**
 * The name of a text's file: its number, which makes it unique, and the part of the title that
 * every file system accepts. Letters of all scripts stay; slashes, dots, emoji and direction marks
 * do not.
 */
export function textFileName(
  folder: 'posts' | 'drafts',
  { id, title }: Pick<OwnText, 'id' | 'title'>,
): string {
  const words = title.normalize('NFC').match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  const name = Array.from(words.join('-')).slice(0, NAME_MAX).join('').replace(/-$/, '');
  return `${folder}/${id}${name === '' ? '' : `-${name}`}.md`;
}

/**
 * The text with front matter, as static site generators read it. `date`: when it was posted or last
 * saved, in microseconds; `url`: its address.
 */
export function textFile(
  { title, content, format, tags }: OwnText,
  { date, url }: { date: number; url: string },
): string {
  // JSON is YAML, too.
  const head = [
    `title: ${JSON.stringify(title)}`,
    `date: ${isoMicros(date)}`,
    `url: ${url}`,
    `format: ${format}`,
    ...(tags.length > 0 ? [`tags: ${JSON.stringify(tags)}`] : []),
  ];
  return `---\n${head.join('\n')}\n---\n\n${content}\n`;
}
