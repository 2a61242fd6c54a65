import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A post to create; `author` is a username. */
interface DemoPost {
  author: string;
  title: string;
  content: string;
  tags: string[];
}

/** The posts of posts.md, oldest first: `=== <username>`, the title, its tags with commas between them, Markdown. */
export function readPosts(): DemoPost[] {
  const text = readFileSync(join(import.meta.dirname, 'posts.md'), 'utf8');
  return text
    .split(/^=== /m)
    .slice(1)
    .map((part) => {
      const [author = '', title = '', tags = '', ...lines] = part.split('\n');
      return { author, title, content: lines.join('\n').trim(), tags: tags.split(', ') };
    });
}
