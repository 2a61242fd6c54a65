import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { Unavailable } from '../../errors.ts';
import { coalesceRuns } from '../../runtime/coalesce.ts';

/** The file beside a SQLite database in which its latest commits are. */
export interface WriteAheadLog {
  /**
   * Resolves when all that was committed until now is on the disk; those who come together share a flush.
   * Rejects with Unavailable, and nobody then knows whether it is.
   */
  flush: () => Promise<void>;
  close: () => Promise<void>;
}

/** The disk's fault, or that of others who use the log. */
export class FlushFailure extends Error {}

/**
 * The log of an open database in WAL mode, whose connection keeps it there. With `synchronous = normal` SQLite
 * flushes it before it moves anything from there to the database, and before it begins to use it again from its
 * start; what is lacking is a flush with each commit, which is this one. SQLite holds no lock on this file, so
 * that closing it here takes none away, as it would with the database itself.
 */
export async function openWriteAheadLog(sqlite: DatabaseSync): Promise<WriteAheadLog> {
  // Where links lead, as SQLite places its log.
  const database = sqlite.location() ?? '';
  const file = await open(`${database}-wal`);
  let unsynced = false;
  return {
    flush: coalesceRuns(async () => {
      try {
        if (unsynced) restartWal(database);
        else await file.datasync();
        unsynced = false;
      } catch (error) {
        unsynced = true;
        const cause = new FlushFailure('The log could not be flushed', { cause: error });
        throw new Unavailable('Database unavailable', { cause });
      }
    }),
    close: () => file.close(),
  };
}

/**
 * What a failed flush did not write, the system forgets: the next one succeeds without it, and after a power cut SQLite
 * reads the log only until what is missing there. So nothing is promised until all of it is in the database itself, by
 * way of what is still in memory, and the log is used from its start. Throws while others read or write.
 */
function restartWal(database: string): void {
  using sqlite = new DatabaseSync(database);
  const result = sqlite.prepare('pragma wal_checkpoint(restart)').get();
  if (result?.['busy'] !== 0) throw new Error('The log cannot be begun anew while it is in use');
}
