import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { Unavailable } from '../../errors.ts';
import type { Database } from '../database.ts';
import type { Schema } from '../schema.ts';
import { SharedConnectionAdapter } from './dialect.ts';
import { isTrouble } from './errors.ts';

/** What a thread answers. */
export type Answer =
  | { columns: string[]; rows: unknown[][]; cpuMs: number }
  | { message: string; errcode: number | undefined };

/** What a result has beside its rows: the processor time of the query. */
export interface Spent {
  cpuMs?: number;
}

/**
 * Reads an SQLite file in other threads, so that a long query blocks nobody else. Each concurrent
 * query runs in its own thread with a read-only connection. Threads start when needed, and end with
 * `destroy()`. Throws as the database does.
 */
export function openReader(file: string): Database {
  return new Kysely<Schema>({
    dialect: {
      createDriver: () => createDriver(file),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createAdapter: () => new SharedConnectionAdapter(),
      createIntrospector: (db) => new SqliteIntrospector(db),
    },
  });
}

interface ReadingConnection extends DatabaseConnection {
  thread: Worker;
}

function createDriver(file: string): Driver {
  const all = new Set<Worker>();
  const idle: ReadingConnection[] = [];

  function start(): ReadingConnection {
    const thread = new Worker(new URL('reader-thread.ts', import.meta.url), { workerData: file });
    // The idle thread does not keep the process alive.
    thread.unref();
    all.add(thread);
    thread.on('exit', () => all.delete(thread));
    // `once` rejects with an error that comes before its answer; a later one must not end this process.
    thread.on('error', () => {});
    return {
      thread,
      executeQuery: (query) => answerOf(thread, query),
      streamQuery: () => {
        throw new Error('Not offered');
      },
    };
  }

  const refuse = () => Promise.reject(new Error('Not offered: it only reads'));
  return {
    init: async () => {},
    acquireConnection: async () => {
      let connection = idle.pop();
      while (connection && !all.has(connection.thread)) connection = idle.pop();
      return connection ?? start();
    },
    releaseConnection: async (connection) => {
      idle.push(connection as ReadingConnection);
    },
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {
      await Promise.all([...all].map((thread) => thread.terminate()));
    },
  };
}

async function answerOf(
  thread: Worker,
  { sql, parameters }: CompiledQuery,
): Promise<QueryResult<never> & Spent> {
  const ended = new AbortController();
  const over = () => ended.abort();
  thread.once('exit', over);
  try {
    thread.ref();
    thread.postMessage({ sql, parameters });
    const [answer] = (await once(thread, 'message', { signal: ended.signal })) as [Answer];
    if ('rows' in answer) {
      const { columns, rows, cpuMs } = answer;
      return { rows: rows.map((row) => toObject(columns, row)) as never[], cpuMs };
    }
    const error = Object.assign(new Error(answer.message), { errcode: answer.errcode });
    throw isTrouble(error) ? new Unavailable('Database unavailable', { cause: error }) : error;
  } finally {
    thread.off('exit', over);
    thread.unref();
  }
}

const toObject = (columns: readonly string[], row: readonly unknown[]) =>
  Object.fromEntries(columns.map((column, nth) => [column, row[nth]]));
