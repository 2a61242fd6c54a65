import type { Argon2Parameters } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { Unavailable } from '../errors.ts';

/** As many as a small server has processors; each holds a hash's memory, 256 MiB at most. */
const THREADS = 2;
/**
 * With a full queue, the last one waits less than 20 s on two cores. Further requests get a 503, so
 * that they cannot take all memory.
 */
const WAITING_MAX = 500;

/** A thread without a password for this long ends; the two of them hold 13 MB. Milliseconds. */
const IDLE_MS = 30_000;

const queue = pLimit(THREADS);
/** Threads without work, and what ends them. */
const idle = new Map<Worker, NodeJS.Timeout>();

/**
 * The Argon2id tag of a password, made in a thread of our own. So libuv's threads stay free for
 * files and name look-ups; they also managed a quarter fewer logins a second. Throws Unavailable if
 * too many wait.
 */
export async function argon2id(parameters: Argon2Parameters): Promise<Buffer> {
  if (queue.pendingCount >= WAITING_MAX) throw new Unavailable('Too many logins at once');
  return queue(async () => {
    // Started with a login, so that it does not slow the start.
    const thread = takeIdle() ?? new Worker(new URL('argon2-thread.ts', import.meta.url));
    thread.ref();
    thread.postMessage(parameters);
    // Rejects if the thread has failed; it has ended then, and the next hash starts another.
    const [tag] = (await once(thread, 'message')) as [Uint8Array];
    thread.unref();
    idle.set(thread, setTimeout(endIdle, IDLE_MS, thread).unref());
    return Buffer.from(tag);
  });
}

function takeIdle(): Worker | undefined {
  const [thread] = idle.keys();
  if (thread) {
    clearTimeout(idle.get(thread));
    idle.delete(thread);
  }
  return thread;
}

function endIdle(thread: Worker): void {
  idle.delete(thread);
  void thread.terminate();
}
