import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { StartError } from '../../errors.ts';
import type { DataLock } from '../lock-type.ts';
import { openConnection, type Connection } from './pool.ts';
import { placeOf, whenStarted } from './wait-for-server.ts';

/** Numbers of advisory locks, which are separate for each database; ours begin with `mast` in ASCII. */
export const LOCKS = { migration: 0x6d617374_01, data: 0x6d617374_02 };

/**
 * How often a holder checks that its connection works, because a server that is gone sends nothing.
 * Milliseconds.
 */
const PROBE_MS = 5_000;
/** Pause between attempts to get a lost lock back; milliseconds. */
const RETRY_MS = 500;

/**
 * Locks the database against other Masthead processes on any machine: `shared` while a server runs,
 * `exclusive` for commands that must not run beside one. The lock lasts as long as its own
 * connection. If that is cut, a shared lock is taken again as soon as possible; an exclusive one is
 * lost, because a server may have started. Throws StartError at once if the other kind is held.
 */
export async function lockPostgres(
  url: string,
  kind: 'shared' | 'exclusive',
  log?: Logger,
): Promise<DataLock> {
  let connection: Connection | undefined = await whenStarted({ url, log }, () => take(url, kind));
  const ending = new AbortController();

  /** Resolves when the lock ends. */
  async function watch(): Promise<void> {
    while (!ending.signal.aborted) {
      if (connection) await connection.ended(PROBE_MS, ending.signal);
      if (ending.signal.aborted) return;
      connection = undefined;
      log?.warn('lost the lock on the data with its connection');
      if (kind === 'exclusive') return;
      await regain();
    }
  }

  async function regain(): Promise<void> {
    for (;;) {
      connection = await take(url, kind).catch(() => undefined);
      if (connection || ending.signal.aborted) return;
      await sleep(RETRY_MS, undefined, { signal: ending.signal }).catch(() => {});
    }
  }

  const watching = watch();
  return {
    held: () => connection !== undefined,
    release: async () => {
      ending.abort();
      await watching;
      await connection?.close();
      connection = undefined;
    },
  };
}

/** A connection that holds the lock. Throws StartError if another process holds it. */
async function take(url: string, kind: 'shared' | 'exclusive'): Promise<Connection> {
  const connection = await openConnection(url);
  try {
    const attempt = kind === 'shared' ? 'pg_try_advisory_lock_shared' : 'pg_try_advisory_lock';
    const [row] = await connection.query(`select ${attempt}($1) as taken`, [LOCKS.data]);
    if (row?.['taken'] !== true) throw new StartError(MESSAGES[kind](placeOf(url)));
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

const MESSAGES = {
  shared: (place: string) =>
    `A masthead command has the database at ${place} to itself; try again when it has ended`,
  exclusive: (place: string) =>
    `Masthead is running on the database at ${place}; stop it first, this command needs the data to itself`,
};
