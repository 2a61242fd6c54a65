import type { Argon2Parameters } from 'node:crypto';
import { Worker } from 'node:worker_threads';

/** What a password of a new account costs, as src/auth/passwords.ts has it. */
const OURS = { memory: 19_456, passes: 2 };
const CHEAP = { memory: 64, passes: 1 };

let real = false;

/** For tests about hashes, and for those that share a database with a process of its own. */
export function useRealHashes(): void {
  real = true;
}

/**
 * Makes the password hashes of this process cheap: nearly every test registers people and signs them
 * in, and half of the processor time of all tests was Argon2. Hashes with other parameters than
 * those of new accounts, such as imported ones, are left as they are.
 */
const post = Reflect.get(Worker.prototype, 'postMessage') as (
  this: Worker,
  ...sent: unknown[]
) => void;
Worker.prototype.postMessage = function (this: Worker, message: unknown, ...more: unknown[]) {
  const isOurs = !real && isHash(message) && message.memory === OURS.memory;
  const sent = isOurs && message.passes === OURS.passes ? { ...message, ...CHEAP } : message;
  post.call(this, sent, ...more);
};

const isHash = (message: unknown): message is Argon2Parameters =>
  typeof message === 'object' && message !== null && 'passes' in message;
