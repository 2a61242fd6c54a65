import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { query } from '../test/support/databases/postgres.ts';
import type { Place } from './set-up.ts';

/**
 * Runs statements that add millions of rows to one table, while Masthead does not run. The table's
 * indexes are dropped before and rebuilt afterwards, which takes half the time, and nothing is
 * flushed.
 */
export async function fill(
  { folder, databaseUrl: url }: Place,
  table: string,
  ...statements: string[]
): Promise<void> {
  if (url !== undefined) return fillPostgres(url, table, statements);
  using sqlite = new DatabaseSync(join(folder, 'masthead.db'));
  // A large cache, for rows in an order that is not that of an index.
  sqlite.exec('pragma cache_size = -300000; pragma journal_mode = off; pragma synchronous = off');
  const indexes = sqlite
    .prepare(
      "select name, sql from sqlite_master where type = 'index' and tbl_name = ? and sql is not null",
    )
    .all(table);
  for (const { name } of indexes) sqlite.exec(`drop index ${String(name)}`);
  for (const statement of statements) sqlite.exec(statement);
  for (const { sql } of indexes) sqlite.exec(String(sql));
  sqlite.exec('pragma journal_mode = wal');
}

async function fillPostgres(url: string, table: string, statements: string[]): Promise<void> {
  const indexes = await query(
    url,
    `select indexname, indexdef from pg_indexes
     where tablename = '${table}' and indexname not in (select conname from pg_constraint)`,
  );
  for (const { indexname } of indexes) await query(url, `drop index ${String(indexname)}`);
  for (const statement of statements) await query(url, statement);
  for (const { indexdef } of indexes) await query(url, String(indexdef));
  // PostgreSQL's autovacuum does this within a minute.
  await query(url, `vacuum analyze ${table}`);
}
