import type { Logger } from 'pino';
import type { DatabaseConfig } from '../config.ts';
import type { OpenDatabase } from './database.ts';

/**
 * Opens the database, migrates it, and returns it; close it with `destroy()`. Throws StartError if
 * it cannot be used or is not Masthead's, and leaves it unchanged. A PostgreSQL that is not
 * `usable`, because this process has lost its lock, throws Unavailable.
 */
export async function openDatabase(
  config: DatabaseConfig,
  options: { log?: Logger; usable?: () => boolean } = {},
): Promise<OpenDatabase> {
  if (config.kind === 'sqlite') {
    const { openSqlite } = await import('./sqlite/open.ts');
    return openSqlite(config.file, options);
  }
  // Its driver is loaded only if configured, so that it does not slow other starts.
  const { openPostgres } = await import('./postgres/open.ts');
  return openPostgres(config, options);
}
