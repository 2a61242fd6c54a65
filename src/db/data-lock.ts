import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { DataLock } from './lock-type.ts';
import { lockFolder } from './sqlite/folder-lock.ts';

/**
 * Locks the data against other Masthead processes, where the database is: see lockFolder and
 * lockPostgres.
 */
export async function lockData(
  { database, DATA_DIR }: Pick<Config, 'database' | 'DATA_DIR'>,
  kind: 'shared' | 'exclusive',
  log?: Logger,
): Promise<DataLock> {
  if (database.kind === 'sqlite') return lockFolder(DATA_DIR, kind);
  const { lockPostgres } = await import('./postgres/lock.ts');
  return lockPostgres(database.url, kind, log);
}
