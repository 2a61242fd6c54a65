import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError, Unavailable } from '../../errors.ts';
import { isStarting } from './errors.ts';

/** How long a start waits for a server that is not there yet, as when both are started at once; milliseconds. */
const START_MS = 10_000;
const PAUSE_MS = 250;

/**
 * Does what a start needs of the server at `url`, again and again while that is only starting. Throws
 * StartError, one line for the host, whatever goes wrong; `action` must be as good as not done when it throws.
 */
export async function whenStarted<T>(
  { url, log }: { url: string; log?: Logger | undefined },
  action: () => Promise<T>,
): Promise<T> {
  const deadline = performance.now() + START_MS;
  for (let first = true; ; first = false) {
    try {
      return await action();
    } catch (error) {
      if (error instanceof StartError) throw error;
      const cause = error instanceof Unavailable ? error.cause : error;
      if (!isStarting(cause) || performance.now() >= deadline) throw explained(url, cause);
    }
    if (first) log?.warn(`waiting for PostgreSQL at ${placeOf(url)}`);
    await sleep(PAUSE_MS);
  }
}

function explained(url: string, cause: unknown): StartError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StartError(`The database ${placeOf(url)} cannot be used: ${reason}`, { cause });
}

/** Host and database, without user and password. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url);
  return host + decodeURIComponent(pathname);
}
