import { stat } from 'node:fs';

const EVERY_MS = 1000;

/**
 * Gives libuv's threads some work once a second for as long as the process runs; the timer itself
 * does not keep it running. glibc may lose a wake-up of waiting threads (bug 25847, in Debian 12);
 * the work then waits until more work comes. A backup of 30,000 files stood still for six minutes
 * and continued once something else used the pool; that it was this bug is inferred. For commands
 * that wait for one file after another: a server always has other work.
 */
export function keepThreadPoolAwake(): void {
  setInterval(() => stat('/', () => {}), EVERY_MS).unref();
}
