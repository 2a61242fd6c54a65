import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { SQLITE } from './ddl.ts';
import { applyMigrations } from './migrate.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';

/** The tables and views of a database, SQLite's own left out. */
export function tableNames(sqlite: DatabaseSync): string[] {
  const rows = sqlite
    .prepare(
      "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'",
    )
    .all();
  return rows.map((row) => String(row['name']));
}

/** Asks the migrations themselves, so that no list of tables has to be kept beside them; PostgreSQL's are the same. */
export async function ownTables(): Promise<Set<string>> {
  return withNewDatabase((sqlite) => new Set(tableNames(sqlite)));
}

/** Lends a migrated database without rows, which is in memory only. */
export async function withNewDatabase<T>(use: (sqlite: DatabaseSync) => T): Promise<T> {
  const sqlite = new DatabaseSync(':memory:');
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(sqlite) });
  try {
    await db.transaction().execute((trx) => applyMigrations(trx, SQLITE));
    return use(sqlite);
  } finally {
    await db.destroy();
  }
}
