import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test, type TestContext } from 'node:test';
import pino from 'pino';
import { createTimedJobs, type TimedJob } from './timed-jobs.ts';

/** Runs `jobs` until the test ends; `lines` are those of the log. */
function start(t: TestContext, ...jobs: TimedJob[]) {
  const sink = new PassThrough({ encoding: 'utf8' });
  const lines: { msg: string }[] = [];
  sink.on('data', (line: string) => lines.push(JSON.parse(line) as { msg: string }));
  const runner = createTimedJobs(jobs, pino(sink));
  t.after(() => runner.stop());
  runner.start();
  return { lines, sink, stop: runner.stop, wake: runner.wake };
}

test('a job runs at the start and then at intervals', async (t) => {
  const third = Promise.withResolvers<void>();
  let runs = 0;
  const run = async () => {
    if (++runs === 3) third.resolve();
    return {};
  };
  start(t, { name: 'counted', intervalMs: 1, run });
  assert.equal(runs, 1);
  await third.promise;
});

test('a job that takes longer than its interval never runs twice at a time', async (t) => {
  const ended = Promise.withResolvers<void>();
  let [running, most, runs] = [0, 0, 0];
  const run = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 10));
    running--;
    if (++runs === 3) ended.resolve();
    return {};
  };
  start(t, { name: 'slow', intervalMs: 1, run });
  await ended.promise;
  assert.equal(most, 1);
});

test('a failed run is logged, and the next one still runs', async (t) => {
  const second = Promise.withResolvers<void>();
  let runs = 0;
  const run = async () => {
    if (++runs === 1) throw new Error('no database');
    second.resolve();
    return { sent: runs };
  };
  const { lines, sink } = start(t, { name: 'mail', intervalMs: 1, run });
  await second.promise;
  while (lines.length < 2) await once(sink, 'data');
  assert.deepEqual(
    lines.slice(0, 2).map(({ msg }) => msg),
    ['mail failed', 'mail'],
  );
});

test('a run that did nothing is not logged', async (t) => {
  const { lines, stop } = start(t, {
    name: 'idle',
    intervalMs: 60_000,
    run: async () => ({ n: 0 }),
  });
  await stop();
  assert.deepEqual(lines, []);
});

test('stopping aborts the current run, waits for its end, and starts none', async (t) => {
  let ended = false;
  let runs = 0;
  const run = async (signal: AbortSignal) => {
    runs++;
    await once(signal, 'abort');
    await new Promise((resolve) => setTimeout(resolve, 10));
    ended = true;
    return {};
  };
  const { stop } = start(t, { name: 'long', intervalMs: 1, run });
  await stop();
  assert.ok(ended);
  await new Promise((resolve) => setTimeout(resolve, 10));
  assert.equal(runs, 1);
});

test('a job that is woken runs at once, and again when it was already running', async (t) => {
  const steps: (() => void)[] = [];
  let runs = 0;
  const run = async () => {
    runs++;
    await new Promise<void>((resolve) => void steps.push(resolve));
    return {};
  };
  const { wake } = start(t, { name: 'mail', intervalMs: 60_000, run });
  wake('mail');
  wake('mail');
  assert.equal(runs, 1);
  steps.shift()?.();
  await new Promise(setImmediate);
  assert.equal(runs, 2);
  steps.shift()?.();
  await new Promise(setImmediate);
  wake('mail');
  assert.equal(runs, 3);
  steps.shift()?.();
});
