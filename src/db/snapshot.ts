import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Kysely, sql } from 'kysely';
import type { DatabaseConfig } from '../config.ts';
import { type Database, isShared, type Transaction } from './database.ts';
import { nodeSqliteDialect } from './sqlite/dialect.ts';
import type { Schema } from './schema.ts';

/**
 * Lends the database as it is at one moment, for reading, while others go on writing: a connection of its
 * own. For as long as it is lent, SQLite's log cannot be shortened, and PostgreSQL keeps what is deleted.
 */
export async function withSnapshot<T>(
  db: Database,
  config: DatabaseConfig,
  use: (snapshot: Database | Transaction) => Promise<T>,
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
    // The moment is that of the first read.
    sqlite.exec('begin; select count(*) from sqlite_schema');
    return await use(snapshot);
  } finally {
    await snapshot.destroy();
  }
}

/** Lets a transaction of a command take its time, which no request's may. */
export async function liftTimeouts(trx: Transaction): Promise<void> {
  if (!isShared(trx)) return;
  await sql`set local statement_timeout = 0`.execute(trx);
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx);
}
