import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** The blog that was, or is being, taken over, so that an import that was interrupted goes on with the same. */
export async function up(db: Kysely<unknown>, { text, integer, keyedOptions }: Ddl): Promise<void> {
  await sql
    .raw(
      `create table imports (
        source ${text} primary key,
        finished_at ${integer}
      ) ${keyedOptions}`,
    )
    .execute(db);
}
