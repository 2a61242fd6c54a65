import type { Logger } from 'pino';
import type { DatabaseConfig } from '../config.ts';
import type { OpenDatabase } from './database.ts';

/**
 * Opens the database, brings it up to date, and returns it; close it with `destroy()`. Throws StartError when it
 * cannot be used or is not Masthead's, which leaves it untouched. A PostgreSQL that is not `usable`, since this
 * process has lost its lock, is Unavailable.
 */
export async function openDatabase(
  config: DatabaseConfig,
  options: { log?: Logger; usable?: () => boolean } = {},
): Promise<OpenDatabase> {
  if (config.kind === 'sqlite') {
    const { openSqlite } = await import('./sqlite/open.ts');
    return openSqlite(config.file, options);
  }
  // Its driver is loaded by whoever uses it, out of the way of all others' start.
  const { openPostgres } = await import('./postgres/open.ts');
  return openPostgres(config, options);
}
