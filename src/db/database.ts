import { type Kysely, PostgresAdapter, type Transaction as KyselyTransaction } from 'kysely';
import type { Logger } from 'pino';
import type { DatabaseConfig } from '../config.ts';
import { Unavailable } from '../errors.ts';
import type { DataVersion } from './data-version.ts';
import type { ErrorCounts } from './error-counts.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type OpenDatabase = Database & {
  readonly dataVersion: DataVersion;
  readonly errors: ErrorCounts;
};
/** A Database is not one: what must be atomic asks for this. */
export type Transaction = KyselyTransaction<Schema>;

/** The database as a server uses it. */
export interface Databases {
  db: OpenDatabase;
  /** For reading alone, outside transactions, what may be some seconds old: a replica, or `db` itself. */
  reads: OpenDatabase;
  close: () => Promise<void>;
}

/**
 * Opens the database, brings it up to date, and returns it. Throws StartError when it cannot be used or is
 * not Masthead's, which leaves it untouched. A PostgreSQL that is not `usable`, since this process has lost
 * its lock, is Unavailable.
 */
export async function openDatabases(
  config: DatabaseConfig,
  options: { log?: Logger; usable?: () => boolean } = {},
): Promise<Databases> {
  if (config.kind === 'sqlite') {
    const { openSqlite } = await import('./sqlite.ts');
    const db = await openSqlite(config.file, options);
    return { db, reads: db, close: () => db.destroy() };
  }
  // Its driver is loaded by whoever uses it, out of the way of all others' start.
  const { openPostgres } = await import('./postgres.ts');
  return openPostgres(config, options);
}

/** The same for a command or a test, which reads no replica. Close it with `destroy()`. */
export async function openDatabase(
  config: DatabaseConfig,
  options: { log?: Logger; usable?: () => boolean } = {},
): Promise<OpenDatabase> {
  if (config.kind === 'sqlite') return (await openDatabases(config, options)).db;
  const { replicaUrl: _, ...primary } = config;
  return (await openDatabases(primary, options)).db;
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
