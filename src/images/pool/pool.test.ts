import assert from 'node:assert/strict';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { slowPng } from '../../../test/support/pictures/crafted-pictures.ts';
import {
  busy,
  gone,
  imagePool,
  isFiles,
  RENDITIONS,
  served,
  small,
} from '../../../test/support/pictures/image-pool.ts';
import { plain } from '../../../test/support/pictures.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { until } from '../../../test/support/until.ts';
import { InvalidImage, TooCostly, Unavailable } from '../../errors.ts';
import { WORKER_LIMITS, type WorkerLimits } from '../limits.ts';
import { inMemory } from '../upload.ts';

const MB = 1024 * 1024;
/** 33 KB that decode to 200 MB. */
const largeGif = await plain('#48c', { width: 7000, height: 7000 }).gif({ effort: 1 }).toBuffer();

test('workers start when there is work, no more than needed and no more than allowed', async () => {
  const pool = imagePool({ workers: 2 });
  assert.equal(pool.pids().length, 0);
  isFiles(await pool.render(small, RENDITIONS));
  assert.equal(pool.pids().length, 1);
  const all = Array.from({ length: 8 }, () => pool.render(small, RENDITIONS));
  assert.equal(pool.pids().length, 2);
  for (const files of await Promise.all(all)) isFiles(files);
  assert.deepEqual(pool.stats(), { queued: 0, running: 0, restarts: 0 });
});

test('workers that have nothing to do for a while end, and the next picture starts one', async () => {
  const pool = imagePool({ workers: 3, restMs: 20 });
  await Promise.all(Array.from({ length: 6 }, () => pool.render(small, RENDITIONS)));
  await until('no worker', async () => pool.pids().length === 0 || undefined);
  isFiles(await pool.render(small, RENDITIONS));
  assert.equal(pool.stats().restarts, 0);
});

test('workers have a lower priority than the server', async () => {
  const pool = imagePool();
  isFiles(await pool.render(small, RENDITIONS));
  assert.equal(getPriority(pool.pids()[0]), 10);
});

test('a full queue refuses at once with Retry-After; waiting pictures are served', async () => {
  const pool = imagePool({ queueLength: 2 });
  await pool.render(small, RENDITIONS);
  const taken = Array.from({ length: 3 }, () => pool.render(small, RENDITIONS));
  assert.deepEqual(pool.stats(), { queued: 2, running: 1, restarts: 0 });
  await assert.rejects(pool.render(small, RENDITIONS), (error) => {
    assert.ok(error instanceof Unavailable);
    assert.match(error.message, /^Pictures cannot be processed right now/);
    assert.match(error.headers['retry-after'] ?? '', /^\d+$/);
    return true;
  });
  for (const files of await Promise.all(taken)) isFiles(files);
});

test('past the deadline the worker is killed and the picture decoded once more, then it is a 503', async () => {
  const pool = imagePool({ deadlineMs: 200 });
  const files = pool.render(slowPng(), RENDITIONS);
  const refused = assert.rejects(files, Unavailable);
  const pid = await busy(pool);
  await refused;
  await gone(pid);
  assert.equal(pool.stats().restarts, 2);
  await served(pool);
});

test('a picture that takes too much memory or time is refused, and no other', async () => {
  const cases: [Partial<WorkerLimits>, Buffer, RegExp, string, number][] = [
    [
      { residentBytes: 150 * MB, growthBytes: 1000 * MB },
      largeGif,
      /out of memory/,
      'decoding it needs too much memory',
      1,
    ],
    [{ cpuMs: 40 }, slowPng(), /out of time/, 'decoding it takes too long', 2],
  ];
  for (const [limits, bytes, reason, why, restarts] of cases) {
    const pool = imagePool({ limits: { ...WORKER_LIMITS, cpuMs: 60_000, ...limits } });
    await assert.rejects(pool.render(bytes, RENDITIONS), (error) => {
      assert.ok(error instanceof TooCostly);
      assert.match(String(error.cause), reason);
      assert.equal(error.why, why);
      return true;
    });
    assert.equal(pool.stats().restarts, restarts);
    await served(pool);
  }
});

/**
 * A worker that finds a picture slow unless it may take twice the time, and notes in a file when a
 * picture begins and ends, the slow one by its size.
 */
const slowWorker = (notes: string, cpuMs: number) => `
  import { appendFileSync } from 'node:fs';
  import { frameReader, writeFrame } from ${JSON.stringify(import.meta.resolve('../frames.ts'))};
  const note = (text) => appendFileSync(${JSON.stringify(notes)}, text + '\\n');
  const reply = (head, ...files) => writeFrame(process.stdout, head, ...files);
  process.stdin.on('data', frameReader(1e6, ({ renditions, limits }, { length }) => {
    if (length === 1 && limits.cpuMs === ${cpuMs}) return reply({ kind: 'slow', last: true });
    note('begin ' + length);
    setTimeout(() => {
      note('end ' + length);
      reply({ kind: 'rendered', sizes: renditions.map(() => 0), last: false });
    }, 100);
  }, () => process.exit(1)));
  reply({ kind: 'ready' });`;

test('a picture that ran out of time is decoded once more alone, with more time', async (t) => {
  const folder = await temporaryFolder(t);
  const [script, notes] = [join(folder, 'worker.mjs'), join(folder, 'notes')];
  const limits = { ...WORKER_LIMITS, cpuMs: 1000 };
  await writeFile(script, slowWorker(notes, limits.cpuMs));
  const pool = imagePool({ workers: 3, script, limits });
  const sizes = [3, 4, 1, 5, 6, 7, 8];
  await Promise.all(sizes.map((size) => pool.render(Buffer.alloc(size), RENDITIONS)));
  const seen = (await readFile(notes, 'utf8')).trim().split('\n');
  assert.equal(seen.length, 2 * sizes.length);
  const begun = seen.indexOf('begin 1');
  assert.equal(seen[begun + 1], 'end 1');
  // Whoever had begun before has ended.
  const before = seen.slice(0, begun).map((line) => line.replace(/\D/g, ''));
  assert.equal(new Set(before).size * 2, before.length);
  assert.equal(pool.stats().restarts, 1);
});

test('a picture that needs more memory than the system gives a worker is refused, the next one served', async () => {
  const limits = { residentBytes: 1000 * MB, growthBytes: 150 * MB, cpuMs: 60_000 };
  const pool = imagePool({ limits });
  await assert.rejects(pool.render(largeGif, RENDITIONS), (error) => {
    // Some decoders report it, others end with their process.
    return error instanceof InvalidImage || error instanceof Unavailable;
  });
  isFiles(await pool.render(small, RENDITIONS));
});

test('a worker reads the upload’s file itself; if it cannot, the answer is 503 and the next one is served', async (t) => {
  const folder = await temporaryFolder(t);
  const whole = join(folder, 'whole');
  const short = join(folder, 'short');
  const link = join(folder, 'link');
  await writeFile(whole, small);
  await writeFile(short, small.subarray(0, -1));
  await symlink(whole, link);
  const pool = imagePool();
  const upload = (content: string) => ({ ...inMemory(small), content });
  for (const path of [join(folder, 'none'), short, folder, link]) {
    await assert.rejects(pool.render(upload(path), RENDITIONS), (error) => {
      assert.ok(error instanceof Unavailable);
      assert.equal(error.message, 'Media unavailable');
      assert.match(String(error.cause), /ENOENT|shorter|EISDIR|ELOOP/);
      return true;
    });
  }
  isFiles(await pool.render(upload(whole), RENDITIONS));
  assert.equal(pool.stats().restarts, 0);
});

test('closing kills the workers and rejects what waits', async () => {
  const pool = imagePool();
  const working = assert.rejects(pool.render(slowPng(), RENDITIONS), Unavailable);
  const waiting = assert.rejects(pool.render(small, RENDITIONS), Unavailable);
  const pid = await busy(pool);
  pool.close();
  await Promise.all([working, waiting, gone(pid)]);
  await assert.rejects(pool.render(small, RENDITIONS), Unavailable);
});
