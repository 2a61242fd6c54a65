import { once } from 'node:events';
import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';

/** Pages in the log at which a checkpoint begins, as by SQLite's default; 4 MiB. */
const PAGES = 1000;
/**
 * Pages at which SQLite itself makes a checkpoint during a commit, in case the thread cannot keep
 * up; 32 MiB.
 */
const PAGES_MAX = 8192;
/** A thread without work is ended after this time; milliseconds. */
const IDLE_MS = 30_000;

/** Checkpoints: moves pages from the log to the database, while others read and write. */
interface Checkpoints {
  /** To be called after a commit; begins to move pages if there are enough. */
  afterCommit: () => void;
  /** Ends the thread. To be called before the database is closed, which moves the rest. */
  close: () => Promise<void>;
}

/**
 * SQLite would make checkpoints during a commit, and wait for the disk twice on the thread that
 * serves everybody. So another thread with its own connection makes them. A failed checkpoint is
 * tried again after a later commit.
 */
export function openCheckpoints(sqlite: DatabaseSync): Checkpoints {
  sqlite.exec(`pragma wal_autocheckpoint = ${PAGES_MAX}`);
  const look = sqlite.prepare('pragma wal_checkpoint(noop)');
  let thread: Worker | undefined;
  let running: Promise<void> | undefined;
  let idle: NodeJS.Timeout | undefined;

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = thread;
    thread = undefined;
    if (!ending) return;
    const ended = once(ending, 'exit');
    ending.ref();
    ending.postMessage('end');
    await ended;
  }

  function start(): Worker {
    const started = new Worker(new URL('checkpoint-thread.ts', import.meta.url), {
      workerData: sqlite.location(),
    });
    // The idle thread does not keep the process alive.
    started.unref();
    started.on('error', () => {});
    started.on('exit', () => {
      if (thread === started) thread = undefined;
    });
    return started;
  }

  async function run(): Promise<void> {
    clearTimeout(idle);
    thread ??= start();
    const { promise, resolve } = Promise.withResolvers<void>();
    thread.once('message', resolve).once('exit', resolve);
    thread.postMessage('run');
    await promise;
    thread?.off('message', resolve).off('exit', resolve);
    idle = setTimeout(() => void end(), IDLE_MS).unref();
  }

  return {
    afterCommit() {
      // Within a transaction that has begun meanwhile, SQLite refuses to look: "table is locked".
      if (running || sqlite.isTransaction) return;
      const { log, checkpointed } = look.get() as { log: number; checkpointed: number };
      if (log - checkpointed >= PAGES) running = run().finally(() => (running = undefined));
    },
    async close() {
      // During a checkpoint the process must not end.
      thread?.ref();
      await running;
      await end();
    },
  };
}
