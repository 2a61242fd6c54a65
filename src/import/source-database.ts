import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely, PostgresDialect, sql } from 'kysely';
import { StartError, Unavailable } from '../errors.ts';
import { nodeSqliteDialect } from '../db/sqlite/dialect.ts';
import { kyselyPool, openPool } from '../db/postgres/pool.ts';
import { reasonFor } from '../db/postgres/wait-for-server.ts';

/** The old blog's database: an SQLite file or a PostgreSQL URL. */
type SourceLocation = { file: string } | { url: string };

/**
 * Suffixes of the files that SQLite may keep: the database, its log, and the journal of an
 * interrupted transaction.
 */
const BESIDE = ['', '-wal', '-journal'];

/**
 * Opens somebody else's database for reading, as it is at one moment, calls `use`, and never
 * changes the database. Throws StartError if it cannot be read.
 */
export async function withSource<T>(
  location: SourceLocation,
  use: (source: Kysely<unknown>) => Promise<T>,
): Promise<T> {
  return 'url' in location ? withPostgres(location.url, use) : withFile(location.file, use);
}

/**
 * Reads a copy, because SQLite writes files beside a database with a log, and repairs one that was
 * interrupted.
 */
async function withFile<T>(file: string, use: (source: Kysely<unknown>) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'masthead-import-'));
  try {
    const copy = join(folder, 'source.db');
    await copyUnchanged(file, copy);
    const sqlite = openSound(file, copy);
    const source = new Kysely<unknown>({ dialect: nodeSqliteDialect(sqlite) });
    try {
      return await use(source);
    } finally {
      await source.destroy();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function copyUnchanged(file: string, copy: string): Promise<void> {
  const state = async () => Promise.all(BESIDE.map((end) => stamp(`${file}${end}`)));
  const before = await state();
  if (before[0] === '') throw new StartError(`${file} cannot be read: there is no such file`);
  for (const [index, end] of BESIDE.entries()) {
    if (before[index] === '') continue;
    await copyFile(`${file}${end}`, `${copy}${end}`).catch((error: Error) => {
      throw new StartError(`${file} cannot be read: ${error.message}`, { cause: error });
    });
  }
  if ((await state()).join() !== before.join()) {
    throw new StartError(`${file} is being written to; stop the blog it belongs to first`);
  }
}

/** '' without a file. */
async function stamp(file: string): Promise<string> {
  const found = await stat(file, { bigint: true }).catch(() => undefined);
  return found ? `${found.ino} ${found.size} ${found.mtimeNs}` : '';
}

function openSound(file: string, copy: string): DatabaseSync {
  const sqlite = new DatabaseSync(copy);
  try {
    const { quick_check: found } = sqlite.prepare('pragma quick_check(1)').get() ?? {};
    if (found !== 'ok') throw new Error(String(found));
    return sqlite;
  } catch (error) {
    sqlite.close();
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartError(`${file} is not an SQLite database, or is damaged (${reason})`, {
      cause: error,
    });
  }
}

async function withPostgres<T>(
  url: string,
  use: (source: Kysely<unknown>) => Promise<T>,
): Promise<T> {
  const pool = kyselyPool(openPool({ url, size: 1, timeouts: 'none' }));
  const source = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`select 1`.execute(source).catch((error: unknown) => {
      const cause = error instanceof Unavailable ? error.cause : error;
      throw new StartError(`The old blog's database cannot be read: ${reasonFor(url, cause)}`, {
        cause,
      });
    });
    const reading = source.transaction().setIsolationLevel('repeatable read');
    return await reading.setAccessMode('read only').execute(async (trx) => {
      // Dates are read as text, and those with a zone should be in UTC.
      await sql`set local timezone = 'UTC'`.execute(trx);
      await sql`set local datestyle = 'ISO'`.execute(trx);
      return use(trx);
    });
  } finally {
    await source.destroy();
  }
}
