import { sql } from 'kysely';
import type { Database } from '../../../src/db/database.ts';

/** The id of a person, a post and a draft that have 100 rows where others have many, the first or the last ones. */
export const FEW = 1;
/** The id of those that have nearly all rows. */
export const MANY = 2;

const TABLES = ['users', 'posts', 'drafts', 'comments', 'revisions', 'post_pictures', 'notices'];

const few = 'generate_series(1, 100) as n';
const many = 'generate_series(1, 5000) as n';
const picture = `insert into post_pictures (user_id, key, width, height, bytes, created_at, alt, caption)`;
const notice = 'insert into notices (user_id, kind, post_id, created_at)';
const comment =
  'insert into comments (post_id, user_id, content, html, created_at, parent_id, state)';
const revision =
  'insert into revisions (post_id, draft_id, user_id, title, content, format, published, created_at)';
const post = 'insert into posts (user_id, title, content, date_posted)';

/** Puts rows into an empty PostgreSQL, which learns of them only by `before` and `after`. */
export async function fillSkewed(
  db: Database,
  { before, after }: { before: string; after: string },
): Promise<void> {
  for (const statement of [
    ...TABLES.map((table) => `alter table ${table} set (autovacuum_enabled = off)`),
    before,
    `insert into users (username, username_key, email, email_key, password_hash, created_at)
      select n, n, n, n, '-', n from generate_series(1, 10) as n`,
    `${post} select ${FEW}, n, 'x', n from ${few}`,
    `${post} select ${MANY}, n, 'x', 1000 + n from ${many}`,
    `insert into drafts (user_id, title, content, format, version, created_at, updated_at)
      select ${FEW}, n, n, 'text', 1, n, n from ${few}`,
    `${revision} select ${FEW}, null, 1, n, n, 'text', n % 2, n from ${few}`,
    `${revision} select null, ${FEW}, 1, n, n, 'text', 0, n from ${few}`,
    `${revision} select null, ${MANY}, 1, n, n, 'text', 0, n from ${few}`,
    `${revision} select ${MANY}, null, 1, n, n, 'text', 1, n from ${many}`,
    // Lists of comments begin with the oldest.
    `${comment} select ${MANY}, 1, n, n, n, null, 'visible' from ${many}`,
    `${comment} select ${MANY}, 1, n, n, n, 1, 'visible' from ${many}`,
    `${comment} select ${FEW}, 1, n, n, n, null, case n % 3 when 0 then 'hidden' else 'visible' end
      from ${few}`,
    `${picture} select ${FEW}, 'few ' || n, 1, 1, 1, n, '', '' from ${few}`,
    `${picture} select ${MANY}, 'many ' || n, 1, 1, 1, n, '', '' from ${many}`,
    `${notice} select ${FEW}, 'published', n, n from ${few}`,
    `${notice} select ${MANY}, 'published', n, n from ${many}`,
    after,
  ]) {
    if (statement !== '') await sql.raw(statement).execute(db);
  }
}
