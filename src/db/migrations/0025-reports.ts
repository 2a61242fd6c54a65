import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/**
 * Reports of posts and comments, and what the log says of them. A revision outlives the account of
 * an editor who saved it.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = (ddl: Ddl) => {
  const { id, integer, text, options } = ddl;
  return [
    `create table reports (
      id ${id},
      post_id ${integer} references posts (id) on delete cascade,
      comment_id ${integer} references comments (id) on delete cascade,
      user_id ${integer} not null references users (id) on delete cascade,
      reason ${text} not null,
      created_at ${integer} not null,
      closed_at ${integer},
      closed_by ${integer} references users (id) on delete set null,
      outcome ${text},
      unique (post_id, user_id),
      unique (comment_id, user_id),
      check ((post_id is null) <> (comment_id is null))
    ) ${options}`,
    'create index reports_by_user on reports (user_id)',
    'create index reports_by_closer on reports (closed_by)',
    // Few are open, however many there were.
    'create index reports_open on reports (id) where closed_at is null',
    `alter table moderation_log add column post_id ${integer}`,
    `alter table moderation_log add column comment_id ${integer}`,
    `alter table moderation_log add column to_user_id ${integer}`,
    ...saversMayLeave(ddl),
  ];
};

const saversMayLeave = ({ name, integer }: Ddl) =>
  name === 'sqlite'
    ? [
        'drop index revisions_by_user',
        'alter table revisions rename column user_id to saved_by',
        `alter table revisions add column user_id ${integer} references users (id) on delete set null`,
        'update revisions set user_id = saved_by',
        'alter table revisions drop column saved_by',
        'create index revisions_by_user on revisions (user_id)',
      ]
    : [
        'alter table revisions alter column user_id drop not null',
        'alter table revisions drop constraint revisions_user_id_fkey',
        `alter table revisions add constraint revisions_user_id_fkey
           foreign key (user_id) references users (id) on delete set null`,
      ];
