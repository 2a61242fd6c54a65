import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** The first tables. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ id, integer, text, options, keyedOptions }: Ddl) => [
  `create table users (
    id ${id},
    username ${text} not null,
    username_key ${text} not null unique,
    email ${text} not null,
    email_key ${text} not null unique,
    password_hash ${text} not null,
    token_version ${integer} not null default 0,
    password_changed_at ${integer},
    picture_key ${text},
    created_at ${integer} not null
  ) ${options}`,

  `create table posts (
    id ${id},
    user_id ${integer} not null references users (id) on delete cascade,
    title ${text} not null,
    content ${text} not null,
    date_posted ${integer} not null,
    form_key ${text}
  ) ${options}`,
  // A form that is sent twice makes one post.
  'create unique index posts_by_form on posts (user_id, form_key) where form_key is not null',
  // The home page and a person's page, newest first, read an index from its start.
  'create index posts_newest on posts (date_posted desc, id desc)',
  'create index posts_by_user on posts (user_id, date_posted desc, id desc)',

  `create table sessions (
    token_hash ${text} primary key,
    user_id ${integer} not null references users (id) on delete cascade,
    created_at ${integer} not null,
    last_seen_at ${integer} not null,
    expires_at ${integer} not null,
    user_agent ${text} not null
  ) ${keyedOptions}`,
  'create index sessions_by_user on sessions (user_id)',
  'create index sessions_by_expiry on sessions (expires_at)',

  // Unique by user: a new reset link replaces the one before.
  `create table reset_tokens (
    token_hash ${text} primary key,
    user_id ${integer} not null unique references users (id) on delete cascade,
    expires_at ${integer} not null
  ) ${keyedOptions}`,
  'create index reset_tokens_by_expiry on reset_tokens (expires_at)',

  // No foreign key: a doomed row outlives its account until its files are gone.
  `create table pictures (
    key ${text} primary key,
    user_id ${integer} not null,
    state ${text} not null check (state in ('pending', 'live', 'doomed')),
    created_at ${integer} not null,
    due_at ${integer} check ((due_at is null) = (state = 'live'))
  ) ${keyedOptions}`,
  'create index pictures_due on pictures (due_at) where due_at is not null',
  'create index pictures_by_user on pictures (user_id)',

  `create table heartbeat (
    id ${integer} primary key check (id = 1),
    at ${integer} not null
  ) ${options}`,
];
