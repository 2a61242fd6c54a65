import { stat } from 'node:fs';

const EVERY_MS = 1000;

/**
 * Hands libuv's threads something to do once a second, for as long as this process has anything else to wait for. glibc
 * may lose a signal to threads that wait (its bug 25847, which Debian 12 has), and what it was for then lies there until
 * something else is handed to them. A backup of 30,000 files, which waits for one file after another, was seen to stand
 * still for six minutes, and went on by itself once anything else asked for one; that it was
 * this bug is inferred.
 */
export function keepThreadPoolAwake(): void {
  setInterval(() => stat('/', () => {}), EVERY_MS).unref();
}
