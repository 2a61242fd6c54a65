import type { Argon2Parameters } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { Unavailable } from '../errors.ts';

/** As many as a small server has processors; each holds a hash's memory, 256 MiB at most. */
const THREADS = 2;
/**
 * The last one waits less than 20 s on two cores; more requests than this get a 503 instead of all
 * memory.
 */
const WAITING_MAX = 500;

const queue = pLimit(THREADS);
const idle: Worker[] = [];

/**
 * The Argon2id tag of a password, made in a thread of our own: libuv's threads stay free for files
 * and name look-ups, and a quarter fewer logins a second were possible with them. Throws
 * Unavailable if too many wait.
 */
export async function argon2id(parameters: Argon2Parameters): Promise<Buffer> {
  if (queue.pendingCount >= WAITING_MAX) throw new Unavailable('Too many logins at once');
  return queue(async () => {
    // Started with a login, so that it does not slow the start.
    const thread = idle.pop() ?? new Worker(new URL('argon2-thread.ts', import.meta.url));
    thread.ref();
    thread.postMessage(parameters);
    // Rejects if the thread has failed; it has ended then, and the next hash starts another.
    const [tag] = (await once(thread, 'message')) as [Uint8Array];
    thread.unref();
    idle.push(thread);
    return Buffer.from(tag);
  });
}
