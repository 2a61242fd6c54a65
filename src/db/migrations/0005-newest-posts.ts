import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/**
 * Where an index ends with the row's id by itself, naming the id as a column of it kept SQLite from finding a place
 * among posts of one microsecond, and made the index a quarter larger.
 */
export async function up(db: Kysely<unknown>, { indexesEndWithId }: Ddl): Promise<void> {
  if (!indexesEndWithId) return;
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  'drop index posts_newest',
  'create index posts_newest on posts (date_posted)',
  'drop index posts_by_user',
  'create index posts_by_user on posts (user_id, date_posted)',
];
