import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** What those who run a blog did to whom, and why. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

// Without foreign keys: what was done stays known after the accounts are gone.
const statements = ({ id, integer, text, options }: Ddl) => [
  `create table moderation_log (
    id ${id},
    actor_id ${integer},
    action ${text} not null,
    user_id ${integer},
    reason ${text} not null,
    created_at ${integer} not null
  ) ${options}`,
  'create index moderation_log_by_user on moderation_log (user_id)',
];
