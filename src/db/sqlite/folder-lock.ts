import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '../../errors.ts';
import type { DataLock } from '../lock-type.ts';
import { BUSY, NOTADB, sqliteCode } from './errors.ts';

interface FolderLock extends DataLock {
  release: () => void;
}

/** Keeps the connections from the garbage collector, which would close them and end their locks. */
const held = new Set<DatabaseSync>();

/**
 * Locks the data folder (created if missing): `shared` while a server runs, `exclusive` for
 * commands that must not run beside one. Throws StartError at once if the other kind is held, or if
 * locking is impossible. The lock is SQLite's own on an empty database file: the kernel releases it
 * when the process ends.
 */
export function lockFolder(dataDir: string, kind: 'shared' | 'exclusive'): FolderLock {
  const file = join(dataDir, 'masthead.lock');
  let sqlite: DatabaseSync | undefined;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    sqlite = new DatabaseSync(file);
    // A read lock lasts from the first read to the end of its transaction.
    sqlite.exec(
      kind === 'shared' ? 'begin; select count(*) from sqlite_schema' : 'begin exclusive',
    );
    return holdUntilReleased(sqlite);
  } catch (error) {
    sqlite?.close();
    if (sqliteCode(error) === BUSY) throw new StartError(MESSAGES[kind](dataDir), { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    const advice = sqliteCode(error) === NOTADB ? '; it is empty, so you can delete it' : '';
    throw new StartError(`The data cannot be locked by ${file}: ${reason}${advice}`, {
      cause: error,
    });
  }
}

function holdUntilReleased(sqlite: DatabaseSync): FolderLock {
  held.add(sqlite);
  return {
    held: () => held.has(sqlite),
    release: () => {
      if (held.delete(sqlite)) sqlite.close();
    },
  };
}

const MESSAGES = {
  shared: (dataDir: string) =>
    `A masthead command has ${dataDir} to itself; try again when it has ended`,
  exclusive: (dataDir: string) =>
    `Masthead is running on ${dataDir}; stop it first, this command needs the data to itself`,
};
