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
 * Opens the SQLite file, made with mode 0600 together with its folder if it is not there, and migrates
 * it. Throws StartError when it cannot be opened or is not Masthead's, which leaves it untouched. Close
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
    sqlite?.close();
    await log?.close();
    throw error instanceof StartError ? error : cannotBeOpened(file, error);
  }
}

/** SQLite names a full disk only where it writes to the file itself, not to what it keeps beside it. */
const TOLD_OF_FULL_DISKS = new Set([FULL, IOERR]);

/** The reason is SQLite's or the system's, not what a request would be told. */
function cannotBeOpened(file: string, error: unknown): StartError {
  const cause = error instanceof Unavailable ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const hint = TOLD_OF_FULL_DISKS.has(sqliteCode(cause) ?? 0) ? '; is the disk full?' : '';
  return new StartError(`The database ${file} cannot be opened: ${reason}${hint}`, {
    cause: error,
  });
}

async function openFile(file: string, log: Logger | undefined): Promise<DatabaseSync> {
  await mkdir(dirname(file), { recursive: true });
  await assertOwnDatabase(file);
  if (!existsSync(file)) {
    await createDatabaseFile(file);
    log?.info({ file }, 'made a new database');
  }
  const sqlite = new DatabaseSync(file, { enableForeignKeyConstraints: true });
  try {
    // With the first read comes the log.
    const pragma = 'pragma journal_mode = wal; select count(*) from sqlite_schema';
    await retryWhileBusy(async () => sqlite.exec(pragma));
    // What a 200 has promised survives a power cut, but SQLite would wait for the disk with each commit and
    // everybody with it; its log is flushed beside the event loop instead, before the answer.
    sqlite.exec('pragma synchronous = normal');
    return sqlite;
  } catch (error) {
    sqlite.close();
    throw error;
  }
}
