import { setTimeout } from 'node:timers/promises';
import { Unavailable } from '../../errors.ts';
import { BUSY, sqliteCode } from './errors.ts';

/** How long a request waits for another process that locks the database, in milliseconds. */
const WAIT_MS = 5000;
/** SQLite's own busy handler polls about as often, but blocks the event loop. */
const MAX_PAUSE_MS = 25;

/**
 * Repeats `attempt` while another process locks the database; throws Unavailable after five
 * seconds, and any other error at once. `attempt` must be a whole unit: a statement outside a
 * transaction, or the start of one.
 */
export async function retryWhileBusy<T>(attempt: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  for (let pause = 1; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (sqliteCode(error) !== BUSY) throw error;
      if (performance.now() >= deadline) {
        throw new Unavailable('Database unavailable', { cause: error });
      }
    }
    await setTimeout(pause);
  }
}
