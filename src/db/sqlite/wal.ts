import { open } from 'node:fs/promises';
import { DatabaseSync } from 'node:sqlite';
import { Unavailable } from '../../errors.ts';
import { coalesceRuns } from '../../runtime/coalesce.ts';
import { openCheckpoints } from './checkpoints.ts';

/** The file beside an SQLite database that holds its latest commits. */
export interface WriteAheadLog {
  /**
   * Resolves when everything committed until now is on the disk; concurrent calls share a flush. If
   * it rejects with Unavailable, it is unknown whether the commits are on the disk.
   */
  flush: () => Promise<void>;
  /** To be called before the database is closed. */
  endCheckpoints: () => Promise<void>;
  close: () => Promise<void>;
}

/** A flush of the log failed, because of the disk or of others who use the log. */
export class FlushFailure extends Error {}

/**
 * The log of an open database in WAL mode. With `synchronous = normal` SQLite flushes it before it
 * moves anything from it to the database, and before it reuses it from its start; it does not flush
 * with each commit, which this does. SQLite holds no lock on this file, so closing it here releases
 * none, as closing the database file would.
 */
export async function openWriteAheadLog(sqlite: DatabaseSync): Promise<WriteAheadLog> {
  // Resolves links, as SQLite does for its log.
  const database = sqlite.location() ?? '';
  const file = await open(`${database}-wal`);
  const checkpoints = openCheckpoints(sqlite);
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
      checkpoints.afterCommit();
    }),
    endCheckpoints: checkpoints.close,
    close: () => file.close(),
  };
}

/**
 * After a failed flush the system may drop what it did not write. The next flush would succeed
 * without it, and after a power cut SQLite would read the log only up to the gap. So nothing is
 * confirmed until everything is in the database itself and the log starts over. Throws while others
 * read or write.
 */
function restartWal(database: string): void {
  using sqlite = new DatabaseSync(database);
  const result = sqlite.prepare('pragma wal_checkpoint(restart)').get();
  if (result?.['busy'] !== 0) throw new Error('The log cannot be restarted while it is in use');
}
