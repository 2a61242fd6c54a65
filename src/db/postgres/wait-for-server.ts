import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError, Unavailable } from '../../errors.ts';
import {
  ConnectionFailure,
  isStarting,
  NO_PRIVILEGE,
  NO_SUCH_DATABASE,
  postgresCode,
  WRONG_PASSWORD,
} from './errors.ts';

/**
 * How long a start waits for a server that is not there yet, for when both are started at once;
 * milliseconds.
 */
const START_MS = 10_000;
const PAUSE_MS = 250;

/**
 * Runs `action` against the server at `url`, again and again while that is still starting. Throws
 * StartError, with one line for the host, for every failure; an `action` that throws must have
 * changed nothing.
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
  return new StartError(
    `The database at ${placeOf(url)} cannot be used: ${reasonFor(url, cause)}`,
    {
      cause,
    },
  );
}

const ENCODE =
  'and write a /, @, #, ? or % in its user name and password as %2F, %40, %23, %3F or %25';

/** What PostgreSQL or the system says, and what to do about it. */
export function reasonFor(url: string, cause: unknown): string {
  const said = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof ConnectionFailure ? cause.code : postgresCode(cause);
  if (code === NO_SUCH_DATABASE) return 'the server has no database of this name; create it';
  if (code === WRONG_PASSWORD) return `${said}; check the URL, ${ENCODE}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${said}; check its host, ${ENCODE}`;
  if (code === NO_PRIVILEGE) {
    return `${said}; the tables and their schema must belong to the user ${userOf(url)}, or be granted to it`;
  }
  return said;
}

/** Which database, for logs and errors: nothing of the URL behind the user name. */
export function placeOf(url: string): string {
  const user = userOf(url);
  return user === '' ? 'DATABASE_URL' : `DATABASE_URL (user ${user})`;
}

function userOf(url: string): string {
  const { username } = new URL(url);
  try {
    return decodeURIComponent(username);
  } catch {
    return username;
  }
}
