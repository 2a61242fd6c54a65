import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Kysely } from 'kysely';
import { migrate, MIGRATIONS, MIGRATIONS_TABLE } from './migrate.ts';
import { nodeSqliteDialect } from './node-sqlite.ts';
import { CORRUPT, NOTADB, sqliteCode } from './sqlite-errors.ts';
import { StartError } from '../errors.ts';

/**
 * Throws StartError for a file Masthead must not write to: no database, made by a newer Masthead, or
 * holding tables of somebody else. Only reads, and leaves no `-wal` or `-shm` of its own beside the file.
 */
export async function refuseForeignDatabase(file: string): Promise<void> {
  if (!existsSync(file)) return;
  if (!statSync(file).isFile()) throw new StartError(`${file} is not a file`);
  const found = readTables(file);
  if (found.tables.length === 0) return;
  if (found.migration > MIGRATIONS.length) {
    throw new StartError(
      `${file} was made by a newer Masthead (it has migration ${found.migration}, ` +
        `this one knows ${MIGRATIONS.length}); update Masthead`,
    );
  }
  const own = found.tables.includes(MIGRATIONS_TABLE) ? await ownTables() : new Set<string>();
  const foreign = found.tables.filter((table) => !own.has(table));
  if (foreign.length > 0) {
    throw new StartError(
      `${file} holds tables that Masthead did not make (${foreign.join(', ')}); nothing was changed. ` +
        'To take over a blog from it, give Masthead an empty place and use `masthead import`',
    );
  }
}

function readTables(file: string): { tables: string[]; migration: number } {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = openUntouched(file);
    const tables = tableNames(sqlite);
    return { tables, migration: lastMigration(sqlite, tables) };
  } catch (error) {
    const code = sqliteCode(error);
    if (code !== NOTADB && code !== CORRUPT) throw error;
    throw new StartError(`${file} is not a database, or a damaged one; nothing was changed`, {
      cause: error,
    });
  } finally {
    sqlite?.close();
  }
}

/**
 * `immutable` keeps SQLite from making a log beside the file, but also from reading one: where a log
 * is, the file is opened for reading as usual.
 */
function openUntouched(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  if (!existsSync(`${file}-wal`)) url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true, timeout: 5000 });
}

function tableNames(sqlite: DatabaseSync): string[] {
  const rows = sqlite
    .prepare(
      "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'",
    )
    .all();
  return rows.map((row) => String(row['name']));
}

function lastMigration(sqlite: DatabaseSync, tables: string[]): number {
  if (!tables.includes(MIGRATIONS_TABLE)) return 0;
  return Number(
    sqlite.prepare(`select max(number) as last from ${MIGRATIONS_TABLE}`).get()?.['last'] ?? 0,
  );
}

/** Asks the migrations themselves, so that no list of tables has to be kept beside them. */
async function ownTables(): Promise<Set<string>> {
  const sqlite = new DatabaseSync(':memory:');
  const db = new Kysely<unknown>({ dialect: nodeSqliteDialect(sqlite) });
  try {
    await migrate(db);
    return new Set(tableNames(sqlite));
  } finally {
    await db.destroy();
  }
}
