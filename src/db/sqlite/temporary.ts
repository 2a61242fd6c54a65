import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Database } from '../database.ts';
import type { Schema } from '../schema.ts';
import { nodeSqliteDialect } from './dialect.ts';

/**
 * An empty database in a file without a name, which the system removes when it is closed or the
 * process ends. SQLite puts it in the folder that SQLITE_TMPDIR or TMPDIR names, else in /var/tmp;
 * a few megabytes stay in memory. Close it with `destroy()`.
 */
export function openTemporaryDatabase(): Database {
  const sqlite = new DatabaseSync('', { enableForeignKeyConstraints: true });
  return new Kysely<Schema>({ dialect: nodeSqliteDialect(sqlite) });
}
