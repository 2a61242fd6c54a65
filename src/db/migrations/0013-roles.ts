import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** Roles and states of accounts, links that make an owner, and invitations. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ id, integer, text, options, keyedOptions }: Ddl) => [
  `alter table users add column role ${text} not null default 'member'`,
  `alter table users add column state ${text} not null default 'active'`,
  `alter table users add column suspended_until ${integer}`,
  `alter table users add column state_reason ${text}`,
  `alter table users add column invitation_id ${integer}`,
  // Few accounts are in them, whatever the size of the blog.
  `create index users_owners on users (id) where role = 'owner'`,
  `create index users_suspended on users (suspended_until) where state = 'suspended'`,
  `create index users_waiting on users (created_at, id) where state = 'waiting'`,
  `create index users_invited on users (invitation_id) where invitation_id is not null`,
  `create table owner_links (
    token_hash ${text} primary key,
    expires_at ${integer} not null
  ) ${keyedOptions}`,
  `create table invitations (
    id ${id},
    token_hash ${text} not null unique,
    made_by ${integer} references users (id) on delete set null,
    role ${text} not null,
    note ${text} not null,
    uses_left ${integer} not null,
    created_at ${integer} not null,
    expires_at ${integer} not null,
    revoked_at ${integer}
  ) ${options}`,
  'create index invitations_by_maker on invitations (made_by)',
];
