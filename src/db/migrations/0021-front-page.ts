import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/**
 * What the front page needs: the few lines of a post that lists show, the posts that editors have
 * pinned, and when somebody was there before.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ integer, text, options }: Ddl) => [
  `alter table post_texts add column teaser ${text} not null default ''`,
  // Three places, so that there are never more, however many editors pin at once.
  `create table pinned_posts (
    place ${integer} primary key check (place between 1 and 3),
    post_id ${integer} not null unique references posts (id) on delete cascade,
    pinned_at ${integer} not null
  ) ${options}`,
  `alter table users add column seen_at ${integer}`,
  `alter table users add column last_visit_at ${integer}`,
];
