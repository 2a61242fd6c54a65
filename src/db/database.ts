import { type Kysely, PostgresAdapter, type Transaction as KyselyTransaction } from 'kysely';
import type { Logger } from 'pino';
import type { DatabaseConfig } from '../config.ts';
import { Unavailable } from '../errors.ts';
import type { DataVersion } from './data-version.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type OpenDatabase = Database & { readonly dataVersion: DataVersion };
/** A Database is not one: what must be atomic asks for this. */
export type Transaction = KyselyTransaction<Schema>;

/**
 * Opens the database, brings it up to date, and returns it. Throws StartError when it cannot be used or is
 * not Masthead's, which leaves it untouched. A PostgreSQL that is not `usable`, since this process has lost
 * its lock, is Unavailable. Close it with `destroy()`.
 */
export async function openDatabase(
  config: DatabaseConfig,
  options: { log?: Logger; usable?: () => boolean } = {},
): Promise<OpenDatabase> {
  if (config.kind === 'sqlite') {
    const { openSqlite } = await import('./sqlite.ts');
    return openSqlite(config.file, options);
  }
  // Its driver is loaded by whoever uses it, out of the way of all others' start.
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(config, options);
}

/** Whether servers on several machines may use the database at once: PostgreSQL's. */
export function isShared(db: Database | Transaction): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

/** Writes the heartbeat's row; throws Unavailable when the database takes no writes. `now`: microseconds. */
export async function checkDatabase(db: Database, now: number): Promise<void> {
  try {
    await db
      .insertInto('heartbeat')
      .values({ id: 1, at: now })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ at: now }))
      .execute();
  } catch (error) {
    throw new Unavailable('Database unavailable', { cause: error });
  }
}
