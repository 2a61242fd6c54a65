import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** The version of the renderer that made a comment's markup; 0: an earlier program did. */
export async function up(db: Kysely<unknown>, { integer, indexesEndWithId }: Ddl): Promise<void> {
  await sql
    .raw(`alter table comments add column renderer ${integer} not null default 0`)
    .execute(db);
  const columns = indexesEndWithId ? 'renderer' : 'renderer, id';
  await sql.raw(`create index comments_by_renderer on comments (${columns})`).execute(db);
}
