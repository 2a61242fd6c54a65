import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  type SelectModifierNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { Unavailable } from '../../errors.ts';
import { retryWhileBusy } from './busy-retry.ts';
import { isTrouble } from './errors.ts';
import type { WriteAheadLog } from './wal.ts';

/**
 * Prepared statements that are kept. A page runs about five, the whole program a few dozen; beyond
 * the limit the oldest is dropped and prepared again when needed.
 */
const MAX_PREPARED = 200;

interface Options {
  log?: WriteAheadLog;
  failed?: (error: unknown) => void;
}

/**
 * Kysely over one open connection of node:sqlite, whose busy timeout should be 0: waiting for
 * another process happens here, off the event loop, and ends in Unavailable. Queries outside a
 * transaction wait while one is open, so they never become part of it; inside it, use the
 * transaction or wait forever. A full disk, a damaged file and the like end in Unavailable too,
 * with SQLite's error as cause. Commits, and writes outside a transaction, wait for `log` if SQLite
 * itself does not. `failed` is called with a statement's error.
 */
export function nodeSqliteDialect(sqlite: DatabaseSync, options: Options = {}): Dialect {
  return {
    createDriver: () => createDriver(sqlite, options),
    createQueryCompiler: () => new UnlockingQueryCompiler(),
    createAdapter: () => new SharedConnectionAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  };
}

/**
 * SQLite has no `for update`, and needs none: a transaction here holds the only write lock from its
 * start.
 */
class UnlockingQueryCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    const locks = node.modifier !== undefined && /^(?:For|NoWait|SkipLocked)/.test(node.modifier);
    if (!locks) super.visitSelectModifier(node);
  }
}

/** Kysely's own mutex would be held while waiting for another process, and block readers. */
export class SharedConnectionAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true;
  }
}

/** A raw statement that only reads, so that nothing has to be flushed to the disk. */
const READS = /^\s*select\b/i;

/** Only Kysely's types know the columns. */
type Rows = QueryResult<never>;

interface OpenTransaction {
  owner: DatabaseConnection;
  ended: Promise<void>;
  end: () => void;
}

function createDriver(sqlite: DatabaseSync, { log, failed = () => {} }: Options): Driver {
  const run = statementRunner(sqlite);
  const gate: { open?: OpenTransaction | undefined } = {};

  /** Nothing may happen between the last check of the gate and the action: no `await` there. */
  async function whenIdle<T>(action: () => T): Promise<T> {
    while (gate.open) await gate.open.ended;
    return action();
  }

  function end(): void {
    gate.open?.end();
    gate.open = undefined;
  }

  const flush = () => orUnavailable(async () => log?.flush(), failed);

  async function executeQuery(connection: DatabaseConnection, query: CompiledQuery): Promise<Rows> {
    if (gate.open?.owner === connection) {
      // A full disk or a failed write ends the transaction; the rest must not be committed alone.
      if (!sqlite.isTransaction) throw new Error('SQLite has rolled the transaction back');
      return orUnavailable(async () => run(query), failed);
    }
    const rows = await orUnavailable(
      () => retryWhileBusy(() => whenIdle(() => run(query))),
      failed,
    );
    const reads = query.query.kind === 'SelectQueryNode' || READS.test(query.sql);
    if (!reads) await flush();
    return rows;
  }

  async function begin(owner: DatabaseConnection): Promise<void> {
    const start = () => {
      // Take the write lock at once: two readers that both become writers could only fail.
      sqlite.exec('begin immediate');
      const { promise, resolve } = Promise.withResolvers<void>();
      gate.open = { owner, ended: promise, end: resolve };
    };
    await orUnavailable(() => retryWhileBusy(() => whenIdle(start)), failed);
  }

  async function commit(): Promise<void> {
    await orUnavailable(async () => sqlite.exec('commit'), failed);
    // The next transaction may start before this one is flushed; one flush then serves both.
    end();
    await flush();
  }

  async function rollback(owner: DatabaseConnection): Promise<void> {
    // If only the flush failed, this transaction is committed, and another one may be open.
    if (gate.open?.owner !== owner) return;
    try {
      if (sqlite.isTransaction) sqlite.exec('rollback');
    } finally {
      end();
    }
  }

  return {
    init: async () => {},
    acquireConnection: async () => {
      const connection: DatabaseConnection = {
        executeQuery: (query) => executeQuery(connection, query),
        streamQuery: () => {
          throw new Error('Not offered: an open cursor would hold the one connection');
        },
      };
      return connection;
    },
    beginTransaction: begin,
    commitTransaction: commit,
    rollbackTransaction: rollback,
    releaseConnection: rollback,
    destroy: async () => {
      await log?.endCheckpoints();
      await whenIdle(() => sqlite.close());
      await log?.close();
    },
  };
}

/** The statement is not at fault: the same request may succeed once the host has freed space. */
async function orUnavailable<T>(
  action: () => Promise<T>,
  failed: (error: unknown) => void,
): Promise<T> {
  try {
    return await action();
  } catch (error) {
    failed(error);
    if (isTrouble(error)) throw new Unavailable('Database unavailable', { cause: error });
    throw error;
  }
}

function statementRunner(sqlite: DatabaseSync): (query: CompiledQuery) => Rows {
  const prepared = new Map<string, { statement: StatementSync; reads: boolean }>();

  function prepare(text: string) {
    let entry = prepared.get(text);
    if (entry) {
      prepared.delete(text);
    } else {
      const statement = sqlite.prepare(text);
      entry = { statement, reads: statement.columns().length > 0 };
      // A row of the full-text index may have a number above 2^53, which `run` returns.
      if (!entry.reads) statement.setReadBigInts(true);
      const oldest = prepared.size >= MAX_PREPARED ? prepared.keys().next().value : undefined;
      if (oldest !== undefined) prepared.delete(oldest);
    }
    prepared.set(text, entry);
    return entry;
  }

  return (query) => {
    const { statement, reads } = prepare(query.sql);
    const parameters = query.parameters as SQLInputValue[];
    if (reads) return { rows: statement.all(...parameters) as never[] };
    const { changes, lastInsertRowid } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  };
}
