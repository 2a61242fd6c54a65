import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../temporary-folder.ts';
import type { DatabaseConfig } from '../../../src/config.ts';
import { openSqlite } from '../../../src/db/sqlite/open.ts';
import { withNewDatabase } from '../../../src/db/tables.ts';

let migrated: Promise<Uint8Array> | undefined;

/**
 * Puts the file in its place that a first start would make, unless there is one: made once in a process, as its
 * migrations take half of the time of a server's start and end. Does nothing for PostgreSQL, where databases are copied.
 */
export async function placeNewDatabase(database: DatabaseConfig): Promise<void> {
  if (database.kind !== 'sqlite' || existsSync(database.file)) return;
  migrated ??= withNewDatabase((sqlite) => withWriteAheadLog(sqlite.serialize()));
  const bytes = await migrated;
  await mkdir(dirname(database.file), { recursive: true });
  await writeFile(database.file, bytes, { mode: 0o600 });
}

/** What `pragma journal_mode = wal` changes in a file, for which it would wait for the disk again and again. */
function withWriteAheadLog(database: Uint8Array): Uint8Array {
  // https://www.sqlite.org/fileformat.html, "File format version numbers"
  return database.fill(2, 18, 20);
}

/** A new SQLite database, closed and deleted when the test has ended. */
export async function openTemporary(t: TestContext) {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'masthead.db');
  const db = await openSqlite(file);
  t.after(() => db.destroy());
  return { db, file };
}

/** In the order in which they registered. */
export async function usernames(
  db: Awaited<ReturnType<typeof openTemporary>>['db'],
): Promise<string[]> {
  const rows = await db.selectFrom('users').select('username').orderBy('id').execute();
  return rows.map(({ username }) => username);
}
