import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { coalesceRuns } from './coalesce.ts';

/** Work whose runs end when told to, in the order they started. */
function runs() {
  const open: PromiseWithResolvers<void>[] = [];
  let begun = 0;
  const work = () => {
    begun += 1;
    const run = Promise.withResolvers<void>();
    open.push(run);
    return run.promise;
  };
  return { work, begun: () => begun, next: () => open.shift() ?? assert.fail('none has begun') };
}

test('a call during a run waits for the next run, together with others', async () => {
  const { work, begun, next } = runs();
  const ended: string[] = [];
  const run = coalesceRuns(work);
  const call = (name: string) => void run().then(() => ended.push(name));
  call('a');
  call('b');
  await setImmediate();
  assert.equal(begun(), 1);
  call('c');
  call('d');
  await setImmediate();
  assert.deepEqual([begun(), ended], [1, []]);
  next().resolve();
  await setImmediate();
  assert.deepEqual([begun(), ended], [2, ['a', 'b']]);
  next().resolve();
  await setImmediate();
  assert.deepEqual([begun(), ended], [2, ['a', 'b', 'c', 'd']]);
});

test('a failure rejects the calls it was run for, and no later ones', async () => {
  const { work, next } = runs();
  const run = coalesceRuns(work);
  const failed = [run(), run()].map((call) => assert.rejects(call, /^Error: EIO$/));
  await setImmediate();
  const later = run();
  next().reject(new Error('EIO'));
  await Promise.all(failed);
  await setImmediate();
  next().resolve();
  await later;
});
