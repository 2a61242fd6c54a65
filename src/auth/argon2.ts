import type { Argon2Parameters } from 'node:crypto';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import { Unavailable } from '../errors.ts';

/** As many as the processors of a small server; each holds a hash's memory, 256 MiB at most. */
const THREADS = 2;
/** The last in line waits under 20 s on two cores; a flood past this gets a 503 instead of all memory. */
const WAITING_MAX = 500;

const queue = pLimit(THREADS);
const idle: Worker[] = [];

/**
 * The Argon2id tag of a password, made in a thread of our own: libuv's are left to files and name look-ups, and
 * there were a quarter fewer logins a second with them. Throws Unavailable when too many wait.
 */
export async function argon2id(parameters: Argon2Parameters): Promise<Buffer> {
  if (queue.pendingCount >= WAITING_MAX) throw new Unavailable('Too many logins at once');
  return queue(async () => {
    // Begun when somebody logs in, out of the way of the start.
    const thread = idle.pop() ?? new Worker(new URL('argon2-thread.ts', import.meta.url));
    thread.ref();
    thread.postMessage(parameters);
    // Rejects when the thread has failed; it has ended then, and the next one begins another.
    const [tag] = (await once(thread, 'message')) as [Uint8Array];
    thread.unref();
    idle.push(thread);
    return Buffer.from(tag);
  });
}
