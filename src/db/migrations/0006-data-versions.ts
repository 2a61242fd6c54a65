import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** So many transactions may commit at once: PostgreSQL lets one at a time change a row. */
export const SLOTS = 16;

/**
 * How often what readers see has changed, and how often what a session or token is good for: the sums of these rows.
 * The triggers that count are made from the rules (`data-version-rules.ts`) once all migrations are applied.
 */
export async function up(db: Kysely<unknown>, { integer, options }: Ddl): Promise<void> {
  await sql
    .raw(
      `create table data_versions (
        slot ${integer} primary key,
        content ${integer} not null default 0,
        access ${integer} not null default 0
      ) ${options}`,
    )
    .execute(db);
  for (let slot = 0; slot < SLOTS; slot++) {
    await sql`insert into data_versions (slot) values (${slot})`.execute(db);
  }
}
