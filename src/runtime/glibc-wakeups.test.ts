import assert from 'node:assert/strict';
import { createHook } from 'node:async_hooks';
import { test } from 'node:test';
import { until } from '../../test/support/until.ts';
import { keepThreadPoolAwake } from './glibc-wakeups.ts';

// If something kept the process alive, this file would not end.
test('the thread pool gets work at intervals', async (t) => {
  let handed = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'FSREQCALLBACK') handed += 1;
    },
  });
  hook.enable();
  t.after(() => hook.disable());
  keepThreadPoolAwake();
  await until('two of them', async () => handed >= 2 || undefined);
  assert.ok(handed < 100, 'but not without a pause');
});
