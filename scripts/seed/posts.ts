import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A post to create; `author` is a username. */
export interface DemoPost {
  author: string;
  title: string;
  content: string;
}

/** The posts of posts.txt, oldest first: `=== <username>`, the title, a blank line, the text. */
export function readPosts(): DemoPost[] {
  const text = readFileSync(join(import.meta.dirname, 'posts.txt'), 'utf8');
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [author = '', title = '', , ...lines] = part.split('\n');
      return { author, title, content: lines.join('\n').trim() };
    });
}
