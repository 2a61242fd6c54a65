/**
 * Preloaded, before `node:test` is, into the processes of scripts/test-processes.ts. The runner follows every
 * promise of its process to know to which test a `test`, an `after` or a stray error belongs, which takes a quarter
 * of the time of tests with a server in their process. Here it does so only while a file registers its tests:
 * later they use their context `t`, and a stray error fails the process instead of the test.
 */
import hooks, { type AsyncHook } from 'node:async_hooks';
import { isMainThread } from 'node:worker_threads';

let tracking: AsyncHook | undefined;

/** Only children of the runner have a context; it is inherited by threads. */
if (process.env['NODE_TEST_CONTEXT'] && isMainThread) {
  const { createHook } = hooks;
  // Without `destroy`: for it, the garbage collector would have to follow each promise.
  hooks.createHook = (callbacks) => {
    delete callbacks.destroy;
    return (tracking = createHook(callbacks));
  };
  const { beforeEach } = await import('node:test');
  // The first call starts the runner in this process.
  beforeEach(() => void tracking?.disable());
  hooks.createHook = createHook;
}

/** Follows promises until the next test begins. */
export function track(): void {
  tracking?.enable();
}
