/**
 * Preloaded into each test file's process by scripts/test.ts. Node's `--test-timeout` ends a test
 * that hangs, but not a file whose tests are over while a server or a timer of theirs lives on;
 * that one would hold up the whole run without a word.
 */
const DEADLINE_MS = 10 * 60_000;

// The runner itself is given the same preload; only its children have a context.
if (process.env['NODE_TEST_CONTEXT']) {
  setTimeout(() => {
    console.error(`Test file still running; open: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, DEADLINE_MS).unref();
}
