import { sql } from 'kysely';
import type { Database } from '../../../src/db/database.ts';
import { ON_POSTGRESQL } from '../../support/databases/postgres.ts';
import { until } from '../../support/until.ts';

/**
 * PostgreSQL plans by what it knows of the rows, so there must be some: few of them due or expired, as
 * usual. SQLite, never asked to analyze, does not look.
 */
export async function fill(db: Database): Promise<void> {
  if (!ON_POSTGRESQL) return;
  const people = 'generate_series(1, 10000) as n';
  for (const statement of [
    `insert into users (username, username_key, email, email_key, password_hash, created_at)
      select n, n, n, n, '-', n from ${people}`,
    `insert into posts (user_id, title, content, date_posted)
      select 1 + n % 10000, n, repeat('x', 500), n from generate_series(1, 30000) as n`,
    `update posts set state = 'unpublished' where id % 100 = 0`,
    `update posts set state = 'hidden' where id % 1000 = 1`,
    `insert into revisions (post_id, user_id, title, content, format, published, created_at)
      select id, user_id, title, content, 'text', 1, id from posts`,
    `insert into drafts (user_id, title, content, format, version, created_at, updated_at)
      select n, n, n, 'text', 1, n, n from ${people}`,
    `insert into revisions (draft_id, user_id, title, content, format, published, created_at)
      select 1 + n / 10, n, n, repeat('x', 500), 'text', 0, n from ${people}`,
    `insert into post_texts select id, 1, '', '', 0, '', 0, null, 0 from posts`,
    `insert into tags (name, key) select n, n from generate_series(1, 5000) as n`,
    `insert into post_tags select id, case n when 0 then 1 else 2 + (2 * id + n) % 4900 end, n, date_posted, state, members_only
      from posts cross join generate_series(0, 2) as n`,
    `insert into pictures select md5(n::text), n, 'live', n, null from ${people}`,
    `insert into pictures select 'due ' || n, n, 'doomed', n, n from generate_series(1, 20) as n`,
    `insert into comments (post_id, user_id, content, html, created_at)
      select case when n % 2 = 0 then 5 else n end, n, n, n, n from ${people}`,
    `update comments set anchor = '1.0123456789ab' where id % 20 = 0`,
    `update comments set state = 'held' where id % 1000 = 7`,
    `insert into reports (comment_id, user_id, reason, created_at, closed_at)
      select n, n, 'x', n, case when n % 100 > 0 then n end from ${people}`,
    `insert into sessions select n, n, n, n, n, '-' from ${people}`,
    `insert into reset_tokens select n, n, n from ${people}`,
    `insert into rate_limits select n, 1, n * 1000 from ${people}`,
    `insert into notices (user_id, kind, post_id, created_at, read_at)
      select 1 + n % 100, 'published', n, n, case when n % 10 > 0 then n end from generate_series(1, 20000) as n`,
    'analyze',
  ]) {
    await db.transaction().execute(async (trx) => {
      // On a busy machine, one of them takes longer than a reader's may.
      await sql`set local statement_timeout = 0`.execute(trx);
      await sql.raw(statement).execute(trx);
    });
  }
  // As autovacuum does it: an index that says all is read alone where everybody may see the rows, which is not
  // known before their commit has reached the disk.
  await until('rows that everybody may see', async () => {
    await sql`vacuum posts, post_tags`.execute(db);
    const { rows } = await sql<{ all: boolean }>`
      select bool_and(relallvisible = relpages) as all from pg_class
      where oid in ('posts'::regclass, 'post_tags'::regclass)`.execute(db);
    return rows[0]?.all || undefined;
  });
}
