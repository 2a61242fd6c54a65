import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** Settings, drafts, and the revisions of drafts and posts. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ id, integer, text, options, keyedOptions, indexesEndWithId }: Ddl) => [
  `create table settings (
    name ${text} primary key,
    value ${text} not null,
    updated_at ${integer} not null
  ) ${keyedOptions}`,
  `create table drafts (
    id ${id},
    user_id ${integer} not null references users (id) on delete cascade,
    post_id ${integer} references posts (id) on delete set null,
    title ${text} not null,
    content ${text} not null,
    format ${text} not null,
    tags ${text} not null default '[]',
    audience ${text} not null default 'blog',
    version ${integer} not null default 1,
    base_revision ${integer},
    publish_at ${integer},
    publish_error ${text},
    share_hash ${text} unique,
    form_key ${text},
    created_at ${integer} not null,
    updated_at ${integer} not null,
    unique (user_id, post_id),
    unique (user_id, form_key)
  ) ${options}`,
  'create index drafts_newest on drafts (user_id, updated_at)',
  'create index drafts_by_post on drafts (post_id)',
  'create index drafts_due on drafts (publish_at) where publish_at is not null',
  `create table revisions (
    id ${id},
    post_id ${integer} references posts (id) on delete cascade,
    draft_id ${integer} references drafts (id) on delete set null,
    user_id ${integer} not null references users (id) on delete cascade,
    title ${text} not null,
    content ${text} not null,
    format ${text} not null,
    tags ${text} not null default '[]',
    published ${integer} not null,
    created_at ${integer} not null
  ) ${options}`,
  `create index revisions_by_post on revisions (post_id${indexesEndWithId ? '' : ', id'})`,
  'create index revisions_by_draft on revisions (draft_id)',
  'create index revisions_by_user on revisions (user_id)',
];
