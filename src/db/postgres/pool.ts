import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import type { Logger } from 'pino';
import { Unavailable } from '../../errors.ts';
import { ConnectionFailure, isPostgresTrouble, postgresCode, spoilsConnection } from './errors.ts';

/** How long a request waits for a connection before a 503; as long as for SQLite's write lock. */
const CONNECT_MS = 5_000;
/** How long it waits for a row locked by another transaction. */
const LOCK_MS = 5_000;
/**
 * Every statement of a request uses an index and takes milliseconds; skipping a million posts takes
 * half a second.
 */
const STATEMENT_MS = 10_000;
/**
 * No transaction waits for anything but the database: an idle one belongs to a node that hangs, and
 * holds a user's lock.
 */
const IDLE_IN_TRANSACTION_MS = 10_000;
/**
 * A server that has not even reported that a statement took too long is gone, although the
 * connection looks open.
 */
const SILENCE_MS = STATEMENT_MS + 5_000;

const TIMEOUTS = {
  usual: {
    connectionTimeoutMillis: CONNECT_MS,
    lock_timeout: LOCK_MS,
    statement_timeout: STATEMENT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    query_timeout: SILENCE_MS,
  },
  none: { connectionTimeoutMillis: CONNECT_MS },
};

interface PoolOptions {
  /** As in config.ts: a URL that may hold a password. */
  url: string;
  /** Most connections. */
  size: number;
  /** `none` is for migrations, which may take long and wait for another node. */
  timeouts?: 'usual' | 'none';
  log?: Logger | undefined;
}

/** A pool of connections, opened when needed. A failing connection never ends the process. */
export function openPool({ url, size, timeouts = 'usual', log }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    application_name: 'masthead',
    keepAlive: true,
    types: { getTypeParser },
    ...TIMEOUTS[timeouts],
  });
  // For idle connections; the pool replaces them.
  pool.on('error', (error) => log?.warn({ reason: error.message }, 'lost a database connection'));
  // The pool ignores errors of connections in use, and an unhandled error event would end the
  // process.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

/** One connection of its own. */
export interface Connection {
  query: (text: string, parameters?: unknown[]) => Promise<Record<string, unknown>[]>;
  /** Resolves when the connection no longer works, checked at this interval, or when `signal` is aborted. */
  ended: (probeMs: number, signal: AbortSignal) => Promise<void>;
  close: () => Promise<void>;
}

/** Throws Unavailable. */
export async function openConnection(url: string): Promise<Connection> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'masthead',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: CONNECT_MS,
    keepAlive: true,
  });
  const cut = new AbortController();
  client.on('error', () => {}).on('end', () => cut.abort());
  await orUnavailable(() => client.connect());
  const query: Connection['query'] = async (text, parameters = []) =>
    orUnavailable(async () => (await client.query(text, parameters)).rows);
  return {
    query,
    ended: async (probeMs, signal) => {
      const either = AbortSignal.any([cut.signal, signal]);
      while (!either.aborted) {
        await sleep(probeMs, undefined, { signal: either, ref: false }).catch(() => {});
        if (!either.aborted) await query('select 1').catch(() => cut.abort());
      }
    },
    // Closing does not wait for a connection that no longer answers.
    close: () => (cut.signal.aborted ? destroy(client) : client.end()),
  };
}

async function destroy(client: pg.Client): Promise<void> {
  void client.end().catch(() => {});
}

const INT8 = 20;

/** Ids, times and counts as numbers. `pg` returns them as text, because some would not fit. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  return oid === INT8 ? parseInt8 : pg.types.getTypeParser(oid, format);
}

/** Throws RangeError for an integer beyond 2^53. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond 2^53`);
  return value;
}

interface Guards {
  usable?: (() => boolean) | undefined;
  wrote?: () => void;
  failed?: (error: unknown) => void;
}

/**
 * The pool as Kysely uses it. Failures for which the statement is not at fault end in Unavailable,
 * with PostgreSQL's answer or a ConnectionFailure as cause, and so does everything while not
 * `usable`. `wrote` is called after each statement that may have made a change that others see, `failed` with the error
 * of one.
 */
export function kyselyPool(
  pool: pg.Pool,
  { usable = () => true, wrote = () => {}, failed = () => {} }: Guards = {},
): PostgresPool {
  const known = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    connect: async () => {
      const client = await orUnavailable(async () => {
        if (!usable()) throw new Error('the lock on the data is lost');
        return pool.connect();
      }, failed);
      const guarded = known.get(client) ?? guard(client, { wrote, failed });
      known.set(client, guarded);
      return guarded;
    },
    end: () => pool.end(),
  };
}

function guard(
  client: pg.PoolClient,
  { wrote, failed }: Required<Omit<Guards, 'usable'>>,
): PostgresPoolClient {
  let [spoilt, inTransaction] = [false, false];
  const query = async (text: string, parameters: readonly unknown[]) => {
    const [, verb] = /^\s*(\w*)/.exec(text) ?? [];
    try {
      const result = await orUnavailable(() => client.query(text, [...parameters]), failed);
      if (verb === 'start' || verb === 'begin') inTransaction = true;
      return result;
    } catch (error) {
      spoilt ||= error instanceof Unavailable && spoilsConnection(error.cause);
      throw error;
    } finally {
      if (verb === 'commit' || verb === 'rollback') inTransaction = false;
      // A transaction's writes become visible with its COMMIT, which may have taken effect even if
      // it failed.
      if (verb !== 'select' && !inTransaction) wrote();
    }
  };
  return {
    // It may also be given cursors, which are not used here.
    query: query as unknown as PostgresPoolClient['query'],
    release: (destroy) => client.release(destroy === true || spoilt),
  };
}

/** Anything that is not the server's answer is a connection failure: pg has no error class for these. */
async function orUnavailable<T>(
  action: () => Promise<T>,
  failed: (error: unknown) => void = () => {},
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const cause =
      postgresCode(error) !== undefined || error instanceof RangeError
        ? error
        : connectionFailure(error);
    failed(cause);
    if (isPostgresTrouble(cause)) throw new Unavailable('Database unavailable', { cause });
    throw error;
  }
}

/** If several addresses all refuse, Node's error has no message. */
function connectionFailure(cause: unknown): ConnectionFailure {
  const { message, code, syscall } = cause as NodeJS.ErrnoException;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new ConnectionFailure('its certificate is for another host name', code);
  }
  const said = syscall !== undefined && code !== undefined ? `${syscall} ${code}` : message;
  return new ConnectionFailure(said || (code ?? ''), code);
}
