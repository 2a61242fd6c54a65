/**
 * Preloaded into each test file's process by scripts/test.ts. Node's `--test-timeout` ends a test
 * that hangs, but not a file whose tests are over while a server or a timer is still active, which
 * would hold up the whole run silently.
 */
import { isMainThread } from 'node:worker_threads';

/** Since the last test ended; more than any test may take. */
const DEADLINE_MS = 12 * 60_000;

// The runner is given the same preload; only its children have a context, and their threads.
if (process.env['NODE_TEST_CONTEXT'] && isMainThread) {
  const { afterEach } = await import('node:test');
  const deadline = setTimeout(() => {
    console.error(`Test file still running; open: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, DEADLINE_MS).unref();
  afterEach(() => void deadline.refresh());
}
