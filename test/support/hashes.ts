import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';

/** Counts the password hashes made by this process; each is one message to a thread. */
export function countHashes(t: TestContext): () => number {
  const { mock } = t.mock.method(Worker.prototype, 'postMessage');
  return () =>
    mock.calls.filter(({ arguments: [message] }) => Object.hasOwn(message as object, 'passes'))
      .length;
}
