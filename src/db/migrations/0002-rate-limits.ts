import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/**
 * What was taken of each limit, for nodes that share it: columns and their order are those of
 * rate-limiter-flexible. SQLite's stays empty, since its one server counts in memory.
 */
export async function up(
  db: Kysely<unknown>,
  { volatileTable, text, integer, keyedOptions }: Ddl,
): Promise<void> {
  await sql
    .raw(
      `create ${volatileTable} rate_limits (
        key ${text} primary key,
        points ${integer} not null,
        expire ${integer}
      ) ${keyedOptions}`,
    )
    .execute(db);
  await sql.raw('create index rate_limits_by_expiry on rate_limits (expire)').execute(db);
}
