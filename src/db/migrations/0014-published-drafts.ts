import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** Which post a published draft became, for pages and links that still name the draft. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ integer, text, options }: Ddl) => [
  `create table published_drafts (
    draft_id ${integer} primary key,
    user_id ${integer} not null references users (id) on delete cascade,
    post_id ${integer} not null references posts (id) on delete cascade,
    share_hash ${text} unique,
    published_at ${integer} not null
  ) ${options}`,
  'create index published_drafts_by_user on published_drafts (user_id)',
  'create index published_drafts_by_post on published_drafts (post_id)',
];
