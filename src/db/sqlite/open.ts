import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Logger } from 'pino';
import { Unavailable, StartError } from '../../errors.ts';
import { sqliteDataVersion } from './data-version.ts';
import type { OpenDatabase } from '../database.ts';
import { SQLITE } from '../ddl.ts';
import { createErrorCounts } from '../error-counts.ts';
import { assertOwnDatabase } from './preflight.ts';
import { applyMigrations } from '../migrate.ts';
import { createDatabaseFile } from './create.ts';
import { nodeSqliteDialect } from './dialect.ts';
import { retryWhileBusy } from './busy-retry.ts';
import type { Schema } from '../schema.ts';
import { FULL, IOERR, sqliteCode } from './errors.ts';
import { openWriteAheadLog, type WriteAheadLog } from './wal.ts';

/**
 * Opens the SQLite file, which is created with mode 0600 if missing, like its folder, and migrates
 * it. Throws StartError if it cannot be opened or is not Masthead's, and leaves it unchanged. Close
 * it with `destroy()`.
 */
export async function openSqlite(
  file: string,
  options: { log?: Logger } = {},
): Promise<OpenDatabase> {
  let sqlite: DatabaseSync | undefined;
  let log: WriteAheadLog | undefined;
  try {
    sqlite = await openFile(file, options.log);
    log = await openWriteAheadLog(sqlite);
    const { counts: errors, count: failed } = createErrorCounts();
    const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(sqlite, { log, failed }) });
    const migrating = (db as Kysely<unknown>).transaction();
    const applied = await migrating.execute((trx) => applyMigrations(trx, SQLITE));
    if (applied > 0) options.log?.info({ file, applied }, 'migrated the database');
    return Object.assign(db, { dataVersion: sqliteDataVersion(sqlite), errors });
  } catch (error) {
    await log?.endCheckpoints();
    sqlite?.close();
    await log?.close();
    throw error instanceof StartError ? error : cannotBeOpened(file, error);
  }
}

/** SQLite reports a full disk as FULL for the database file, and as IOERR for the files beside it. */
const DISK_MAY_BE_FULL = new Set([FULL, IOERR]);

/** Gives the reason of SQLite or the system instead of the text for requests. */
function cannotBeOpened(file: string, error: unknown): StartError {
  const cause = error instanceof Unavailable ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = DISK_MAY_BE_FULL.has(sqliteCode(cause) ?? 0) ? '; is the disk full?' : '';
  return new StartError(`The database ${file} cannot be opened: ${reason}${hint}`, {
    cause: error,
  });
}

async function openFile(file: string, log: Logger | undefined): Promise<DatabaseSync> {
  await mkdir(dirname(file), { recursive: true });
  await assertOwnDatabase(file);
  if (!existsSync(file)) {
    await createDatabaseFile(file);
    log?.info({ file }, 'created a new database');
  }
  const sqlite = new DatabaseSync(file, { enableForeignKeyConstraints: true });
  try {
    // The first read creates the log.
    const pragma = 'pragma journal_mode = wal; select count(*) from sqlite_schema';
    await retryWhileBusy(async () => sqlite.exec(pragma));
    // A confirmed write survives a power cut, but SQLite would block everybody during each flush.
    // The log is flushed in another thread instead, before the answer.
    sqlite.exec('pragma synchronous = normal');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}
