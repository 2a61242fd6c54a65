import { open } from 'node:fs/promises';
import { Unavailable } from '../errors.ts';
import { sharedRun } from '../shared-run.ts';

/** The file beside a SQLite database in which its latest commits are. */
export interface WriteAheadLog {
  /**
   * Resolves when all that was committed until now is on the disk; those who come together share a flush.
   * Rejects with Unavailable, and nobody then knows whether it is.
   */
  flush: () => Promise<void>;
  close: () => Promise<void>;
}

/**
 * The log of an open database in WAL mode, whose connection keeps it there. With `synchronous = normal` SQLite
 * flushes it before it moves anything from there to the database, and before it begins to use it again from its
 * start; what is lacking is a flush with each commit, which is this one.
 */
export async function openWriteAheadLog(database: string): Promise<WriteAheadLog> {
  const file = await open(`${database}-wal`);
  return {
    flush: sharedRun(async () => {
      try {
        await file.datasync();
      } catch (error) {
        throw new Unavailable('Database unavailable', { cause: error });
      }
    }),
    close: () => file.close(),
  };
}
