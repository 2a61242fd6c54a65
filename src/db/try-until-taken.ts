import { setTimeout as sleep } from 'node:timers/promises';
import { Unavailable } from '../errors.ts';

/** How long a write of a contested row is tried; as long as waiting for a lock. Milliseconds. */
const WAIT_MS = 5_000;
/** Longest pause before the next attempt, a random part each time; milliseconds. */
const PAUSE_MS = 50;

/**
 * Repeats `attempt`, which reads a row and changes it only as it was read, while it returns
 * undefined because somebody else changed the row in between. In each round one of the competing
 * writers succeeds, so that many at once take turns. Throws Unavailable with `busy` after five
 * seconds, and what `attempt` throws.
 */
export async function tryUntilTaken<T>(
  attempt: () => Promise<T | undefined>,
  busy: string,
): Promise<T> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const done = await attempt();
    if (done !== undefined) return done;
    if (performance.now() >= deadline) throw new Unavailable(busy);
    await sleep(Math.random() * PAUSE_MS);
  }
}
