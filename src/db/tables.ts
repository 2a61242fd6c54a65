import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresAdapter, sql, type TableMetadata } from 'kysely';
import { RULES } from './data-version-rules.ts';
import { SQLITE } from './ddl.ts';
import { applyMigrations, MIGRATIONS_TABLE } from './migrate.ts';
import { nodeSqliteDialect } from './sqlite/dialect.ts';

/** The tables and views of a database, without SQLite's own. */
export function tableNames(sqlite: DatabaseSync): string[] {
  const rows = sqlite
    .prepare(
      "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'",
    )
    .all();
  return rows.map((row) => String(row['name']));
}

/**
 * Tables and views that statements reach by their names alone, with their columns. In PostgreSQL
 * these exclude schemas that the search_path leaves out, and tables hidden by another schema.
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

/** A column that rows are written with. */
export interface ColumnInfo {
  name: string;
  type: 'integer' | 'text';
  nullable: boolean;
}

/** A table as the migrations make it, the same on both databases. */
export interface TableInfo {
  name: string;
  /** In order, without computed ones. */
  columns: readonly ColumnInfo[];
  /** The columns of the primary key. */
  key: readonly string[];
  /** Whether it has an `id` that counts upwards and never reuses the id of a deleted row. */
  countsIds: boolean;
  /** How many rows the migrations put into it. */
  initialRows: number;
}

/** The tables of which SQLite's full-text index consists. */
const INDEX_PARTS = ['config', 'data', 'docsize', 'idx'].map((part) => `post_index_${part}`);

/**
 * The names of all tables that the migrations make, on either database. They come from the data
 * version rules, which name every table, so that a start need not run the migrations in memory.
 */
export function ownTables(): Set<string> {
  return new Set([MIGRATIONS_TABLE, ...Object.keys(RULES), ...INDEX_PARTS]);
}

/** The tables by name, as the first `last` migrations make them, without those of a virtual table. */
export async function describeTables(last: number): Promise<Map<string, TableInfo>> {
  return withNewDatabase((sqlite) => {
    const tables = sqlite
      .prepare(
        `select name, sql from pragma_table_list join sqlite_schema using (name)
         where schema = 'main' and pragma_table_list.type = 'table' and name not like 'sqlite\\_%' escape '\\'`,
      )
      .all();
    return new Map(
      tables.map(({ name, sql }) => [String(name), describe(sqlite, String(name), String(sql))]),
    );
  }, last);
}

function describe(sqlite: DatabaseSync, name: string, statement: string): TableInfo {
  const found = sqlite
    .prepare('select name, type, "notnull", pk from pragma_table_xinfo(?) where hidden = 0')
    .all(name);
  const columns = found.map((column) => ({
    name: String(column['name']),
    type: String(column['type']).toLowerCase() as ColumnInfo['type'],
    nullable: column['notnull'] === 0 && column['pk'] === 0,
  }));
  const key = found
    .filter(({ pk }) => Number(pk) > 0)
    .toSorted((a, b) => Number(a['pk']) - Number(b['pk']))
    .map((column) => String(column['name']));
  const countsIds = /\bautoincrement\b/i.test(statement);
  const { n } = sqlite.prepare(`select count(*) as n from "${name}"`).get() ?? {};
  return { name, columns, key, countsIds, initialRows: Number(n) };
}

/** Calls `use` with an in-memory database without users' rows, migrated to this number or the newest. */
export async function withNewDatabase<T>(
  use: (sqlite: DatabaseSync) => T,
  last?: number,
): Promise<T> {
  const sqlite = new DatabaseSync(':memory:');
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(sqlite) });
  try {
    await db.transaction().execute((trx) => applyMigrations(trx, SQLITE, last));
    return use(sqlite);
  } finally {
    await db.destroy();
  }
}
