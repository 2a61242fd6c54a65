import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Kysely, sql } from 'kysely';
import type { DatabaseConfig } from '../config.ts';
import { type Database, isShared, type Transaction } from './database.ts';
import { nodeSqliteDialect } from './sqlite/dialect.ts';
import type { Schema } from './schema.ts';

/**
 * Calls `use` with the database as it is at one moment, for reading, while others write: a
 * connection of its own. Meanwhile SQLite's log cannot be shortened, and PostgreSQL keeps deleted
 * rows.
 */
export async function withSnapshot<T>(
  db: Database,
  config: DatabaseConfig,
  use: (snapshot: Database) => Promise<T>,
): Promise<T> {
  if (config.kind === 'postgresql') {
    const reading = db
      .transaction()
      .setIsolationLevel('repeatable read')
      .setAccessMode('read only');
    return reading.execute(async (trx) => {
      await liftTimeouts(trx);
      return use(trx);
    });
  }
  const sqlite = new DatabaseSync(pathToFileURL(config.file), { readOnly: true, timeout: 5000 });
  const snapshot = new Kysely<Schema>({ dialect: nodeSqliteDialect(sqlite) });
  try {
    // The snapshot is taken with the first read.
    sqlite.exec('begin; select count(*) from sqlite_schema');
    return await use(snapshot);
  } finally {
    await snapshot.destroy();
  }
}

/** Removes the time limits from a command's transaction, which no request's may lack. */
export async function liftTimeouts(trx: Transaction): Promise<void> {
  if (!isShared(trx)) return;
  await sql`set local statement_timeout = 0`.execute(trx);
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
}
