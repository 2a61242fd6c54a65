import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type OriginalBlog, statements } from '../test/support/databases/original-blog.ts';
import { photo } from '../test/support/pictures.ts';

/** Different pictures; the other files are hard links to these. */
const PICTURES = 50;

/** A FastAPI blog of `count` people, each with a 300-pixel picture as that blog makes it, and a post. */
export async function makeManyPeople(
  folder: string,
  count: number,
): Promise<{ database: string; media: string }> {
  const ids = Array.from({ length: count }, (_, n) => n + 1);
  const blog: OriginalBlog = {
    users: ids.map((id) => ({
      id,
      username: `person${id}`,
      email: `${id}@example.com`,
      image_file: `${id}.jpg`,
    })),
    posts: ids.map((id) => ({
      id,
      title: `Post ${id}`,
      content: 'A line of text.\n'.repeat(40),
      user_id: id,
      date_posted: '2026-03-07 09:05:00.123456',
    })),
  };
  const database = join(folder, 'blog.db');
  using sqlite = new DatabaseSync(database);
  sqlite.exec(['begin', ...statements(blog, 'datetime'), 'commit'].join(';\n'));

  const media = join(folder, 'profile_pics');
  mkdirSync(media);
  for (let n = 0; n < PICTURES; n++) {
    const bytes = await photo({ width: 300, height: 300 + n, noise: 20 });
    writeFileSync(join(media, `${n + 1}.jpg`), bytes);
  }
  const first = (id: number) => join(media, `${((id - 1) % PICTURES) + 1}.jpg`);
  for (const id of ids.slice(PICTURES)) linkSync(first(id), join(media, `${id}.jpg`));
  return { database, media };
}
