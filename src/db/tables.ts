import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresAdapter, sql, type TableMetadata } from 'kysely';
import { SQLITE } from './ddl.ts';
import { applyMigrations } from './migrate.ts';
import { nodeSqliteDialect } from './sqlite/dialect.ts';

/** The tables and views of a database, SQLite's own left out. */
export function tableNames(sqlite: DatabaseSync): string[] {
  const rows = sqlite
    .prepare(
      "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'",
    )
    .all();
  return rows.map((row) => String(row['name']));
}

/**
 * Tables and views that statements reach by their bare names, with their columns: under PostgreSQL not those
 * of a schema that the connection's search_path leaves out, nor those that another schema in it hides.
 */
export async function tablesInReach(
  db: Pick<Kysely<unknown>, 'introspection' | 'getExecutor'>,
): Promise<TableMetadata[]> {
  const tables = await db.introspection.getTables();
  if (!(db.getExecutor().adapter instanceof PostgresAdapter)) return tables;
  const { rows } = await sql<{ schema: string; name: string }>`
    select nspname as schema, relname as name from pg_class join pg_namespace on relnamespace = pg_namespace.oid
    where pg_table_is_visible(pg_class.oid)`.execute(db);
  const visible = new Set(rows.map(({ schema, name }) => JSON.stringify([schema, name])));
  return tables.filter(({ schema, name }) => visible.has(JSON.stringify([schema, name])));
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
