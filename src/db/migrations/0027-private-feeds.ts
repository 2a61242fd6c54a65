import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** Addresses of feeds that show what one person may read; at most one for each person. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

// A new address gets a new id, so links to pictures that were made with the old one end.
const statements = ({ id, integer, text, options }: Ddl) => [
  `create table private_feeds (
    id ${id},
    user_id ${integer} not null unique references users (id) on delete cascade,
    token_hash ${text} not null unique,
    created_at ${integer} not null
  ) ${options}`,
];
