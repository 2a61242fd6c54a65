import type { Logger } from 'pino';
import type { DatabaseConfig } from '../config.ts';
import type { Databases, OpenDatabase } from './database.ts';

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
    const { openSqlite } = await import('./sqlite/open.ts');
    const db = await openSqlite(config.file, options);
    return { db, reads: db, close: () => db.destroy() };
  }
  // Its driver is loaded by whoever uses it, out of the way of all others' start.
  const { openPostgres } = await import('./postgres/open.ts');
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
