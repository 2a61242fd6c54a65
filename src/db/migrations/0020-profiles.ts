import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** What people say about themselves, and what a group changes about its blog. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ integer, text, options, keyedOptions }: Ddl) => [
  `create table profiles (
    user_id ${integer} primary key references users (id) on delete cascade,
    bio ${text} not null,
    html ${text} not null default '',
    renderer ${integer} not null default 0
  ) ${options}`,
  // Only people who have written: there may be many more who only read.
  'create index post_counts_of_all on post_counts (user_id) where posts > 0',
  'create index post_counts_of_public on post_counts (user_id) where public > 0',
  `alter table users add column reset_link_at ${integer}`,
  `alter table invitations add column mailed_to ${text}`,
  `alter table invitations add column mailed_hash ${text}`,
  'create unique index invitations_mailed on invitations (mailed_hash) where mailed_hash is not null',
  `alter table pictures add column bytes ${integer}`,
  `create table site_pictures (
    name ${text} primary key,
    key ${text} not null,
    width ${integer} not null,
    height ${integer} not null
  ) ${keyedOptions}`,
];
