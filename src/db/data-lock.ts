import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BUSY, sqliteCode } from './sqlite-errors.ts';
import { StartError } from '../errors.ts';

/** A lock that is held; it also ends with the process, however that ends. */
export interface DataLock {
  release: () => void;
}

/** Keeps the connections from the garbage collector, which would close them and so end their locks. */
const held = new Set<DatabaseSync>();

/**
 * Locks the data folder (made if missing): `shared` while a server runs, `exclusive` for what must not
 * run beside one. Throws StartError at once when the other kind is held. The lock is SQLite's own on an
 * empty database file: the kernel drops it when the process dies, so none is ever left behind.
 */
export function lockData(dataDir: string, kind: 'shared' | 'exclusive'): DataLock {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const sqlite = new DatabaseSync(join(dataDir, 'masthead.lock'));
  try {
    // A read lock lasts from the first read to the end of its transaction.
    sqlite.exec(
      kind === 'shared' ? 'begin; select count(*) from sqlite_schema' : 'begin exclusive',
    );
  } catch (error) {
    sqlite.close();
    if (sqliteCode(error) !== BUSY) throw error;
    throw new StartError(MESSAGES[kind](dataDir), { cause: error });
  }
  held.add(sqlite);
  return {
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
