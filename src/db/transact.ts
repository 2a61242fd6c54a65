import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely, Transaction } from 'kysely';
import { Unavailable } from '../errors.ts';
import type { Schema } from './schema.ts';
import { isUndone } from './postgres/errors.ts';

const ATTEMPTS = 3;
/**
 * Longest pause before a retry, so that two transactions do not collide again; milliseconds, a
 * random part each time.
 */
const PAUSE_MS = 50;

/**
 * Runs `action` as one transaction: all of its writes take effect, or none. In PostgreSQL each
 * statement sees what others have committed until then (READ COMMITTED), so rows that must not
 * change are read `for update`, a user's row before any other; in SQLite one transaction writes at
 * a time. A transaction that PostgreSQL rolls back because of another, as in a deadlock, is run
 * again, so `action` must do nothing that the database cannot undo. Throws what `action` throws, or
 * Unavailable; after that it is unknown whether a commit took effect.
 */
export async function transact<T, Tables = Schema>(
  db: Kysely<Tables>,
  action: (trx: Transaction<Tables>) => Promise<T>,
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
