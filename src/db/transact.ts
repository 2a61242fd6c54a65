import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../errors.ts';
import type { Database, Transaction } from './database.ts';
import { isUndone } from './postgres/errors.ts';

const ATTEMPTS = 3;
/** Two that were in each other's way shall not meet again at once; milliseconds, each time a random part of it. */
const PAUSE_MS = 50;

/**
 * Runs `action` as one transaction: all of what it writes happens, or nothing. Under PostgreSQL each of its
 * statements sees what others have committed until then (READ COMMITTED), so that what must not change
 * after it was read is read `for update`, a user's row before any other; SQLite lets one transaction write
 * at a time. A transaction that PostgreSQL undoes for the sake of another, as in a deadlock, is done again,
 * so `action` must do nothing that the database does not undo. Throws what `action` throws, or Unavailable;
 * after that nobody knows whether a commit has happened.
 */
export async function transact<T>(
  db: Database,
  action: (trx: Transaction) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().setIsolationLevel('read committed').execute(action);
    } catch (error) {
      const undone = error instanceof Unavailable && isUndone(error.cause);
      if (!undone || attempt === ATTEMPTS) throw error;
    }
    await sleep(Math.random() * PAUSE_MS);
  }
}
