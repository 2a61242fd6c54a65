import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { MIGRATIONS, MIGRATIONS_TABLE } from '../migrate.ts';
import { CORRUPT, NOTADB, sqliteCode } from './errors.ts';
import { ownTables, tableNames } from '../tables.ts';
import { StartError } from '../../errors.ts';

/** Advice for a file that cannot be read as a database. */
const HINT = 'restore a backup of it, or move it away to start with a new one. Nothing was changed';

/**
 * Throws StartError for a file that Masthead must not write to: not a database, damaged, made by a
 * newer Masthead, or holding other tables. Only reads, and leaves no `-wal` or `-shm` of its own
 * beside the file. Reads the whole file: 0.8 ms for each megabyte.
 */
export async function assertOwnDatabase(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const kind = statSync(file);
  if (!kind.isFile()) throw new StartError(`${file} is not a file`);
  // A new file gets its name when it is complete, so an empty one was truncated.
  if (kind.size === 0) throw new StartError(`${file} is empty, so it is not a database; ${HINT}`);
  refuseLostLog(file);
  const found = readSound(file);
  if (found.tables.length === 0) return;
  if (found.migration > MIGRATIONS.length) {
    throw new StartError(
      `${file} was made by a newer Masthead (it has migration ${found.migration}, ` +
        `this one knows ${MIGRATIONS.length}); update Masthead`,
    );
  }
  const own = found.tables.includes(MIGRATIONS_TABLE) ? ownTables() : new Set<string>();
  const foreign = found.tables.filter((table) => !own.has(table));
  if (foreign.length > 0) {
    throw new StartError(
      `${file} holds tables that Masthead did not make (${foreign.join(', ')}); nothing was changed. ` +
        'To import a blog from it, give Masthead an empty place and use `masthead import`',
    );
  }
}

/**
 * SQLite creates the log before its shared memory and removes it after. So shared memory without a
 * log means that the log was taken away, and the last writes with it. Checked twice, because
 * another process may be doing either right now.
 */
function refuseLostLog(file: string): void {
  const memoryAlone = () => existsSync(`${file}-shm`) && !existsSync(`${file}-wal`);
  if (!memoryAlone() || !memoryAlone()) return;
  throw new StartError(
    `${file} was in use, and its log ${file}-wal is missing; bring it back, or delete ` +
      `${file}-shm to continue without the last writes. Nothing was changed`,
  );
}

interface Found {
  tables: string[];
  /** The number of the last migration; 0 without any. */
  migration: number;
}

/**
 * Reads what a whole database holds. Damage must be seen twice: while another process starts on the
 * file, openUntouched may read a mixture of old and new.
 */
function readSound(file: string): Found {
  for (let last = false; ; last = true) {
    try {
      return read(file);
    } catch (error) {
      const code = sqliteCode(error);
      const damaged = error instanceof Damaged || code === NOTADB || code === CORRUPT;
      if (!damaged) throw error;
      if (!last) continue;
      throw new StartError(`${file} is not a database, or is damaged; ${HINT}`, {
        cause: error,
      });
    }
  }
}

class Damaged extends Error {}

function read(file: string): Found {
  const sqlite = openUntouched(file);
  try {
    const tables = tableNames(sqlite);
    // Checks pages and their order; checking each index against its table would take three times as
    // long.
    const { quick_check: found } = sqlite.prepare('pragma quick_check(1)').get() ?? {};
    if (found !== 'ok') throw new Damaged(String(found));
    return { tables, migration: lastMigration(sqlite, tables) };
  } finally {
    sqlite.close();
  }
}

/**
 * `immutable` keeps SQLite from creating a log beside the file, but also from reading one: if there
 * is a log, the file is opened for reading as usual.
 */
function openUntouched(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  if (!existsSync(`${file}-wal`)) url.searchParams.set('immutable', '1');
  return new DatabaseSync(url, { readOnly: true, timeout: 5000 });
}

function lastMigration(sqlite: DatabaseSync, tables: string[]): number {
  if (!tables.includes(MIGRATIONS_TABLE)) return 0;
  return Number(
    sqlite.prepare(`select max(number) as last from ${MIGRATIONS_TABLE}`).get()?.['last'] ?? 0,
  );
}
