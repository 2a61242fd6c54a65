import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { databaseVariables } from './postgres.ts';

/**
 * Locks the database of the data in `folder` against writes, as another process may; returns a
 * function that releases it.
 */
export async function holdDatabase(folder: string): Promise<() => Promise<void>> {
  const { DATABASE_URL: url } = await databaseVariables(folder);
  return url === undefined ? holdSqlite(join(folder, 'masthead.db')) : holdPostgres(url);
}

function holdSqlite(file: string): () => Promise<void> {
  const sqlite = new DatabaseSync(file, { timeout: 5000 });
  sqlite.exec('begin immediate');
  return async () => sqlite.close();
}

async function holdPostgres(url: string): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relnamespace = current_schema()::regnamespace and relkind = 'r'",
  );
  const tables = rows.map(({ name }) => client.escapeIdentifier(name)).join(', ');
  // Reading is possible, as it is beside SQLite's write lock.
  await client.query(`begin; lock table ${tables} in exclusive mode`);
  return async () => {
    await client.query('rollback');
    await client.end();
  };
}
