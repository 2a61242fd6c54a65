import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { getPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { slowPng } from '../../test/support/crafted-pictures.ts';
import { imagePool, RENDITIONS } from '../../test/support/image-pool.ts';
import { photo, plain } from '../../test/support/pictures.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { until } from '../../test/support/until.ts';
import { InvalidImage, TooCostly, Unavailable } from '../errors.ts';
import { WORKER_LIMITS, type WorkerLimits } from './limits.ts';
import type { ImagePool } from './pool.ts';
import { inMemory } from './upload.ts';

const small = await photo({ width: 60, height: 40 });
const isFiles = (files: Buffer[]) => assert.ok(files.every((file) => file.length > 0));

const MB = 1024 * 1024;
/** 33 KB that decode to 200 MB. */
const largeGif = await plain('#48c', { width: 7000, height: 7000 }).gif({ effort: 1 }).toBuffer();

/** Tries again, because a busy machine may need longer for a small picture than these tests allow. */
async function served(pool: ImagePool): Promise<void> {
  const render = () => pool.render(small, RENDITIONS).catch(() => undefined);
  isFiles(await until('a picture', render));
}

/** The only worker's process id, once it decodes. */
async function busy(pool: ImagePool): Promise<number> {
  return until('a busy worker', async () =>
    pool.stats().running > 0 ? pool.pids()[0] : undefined,
  );
}

/** Resolves when the process has ended, also if it still waits to be reaped. */
async function gone(pid: number): Promise<void> {
  await until(`the end of ${pid}`, async () => {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    return /\) [ZX] /.test(stat) || undefined;
  });
}

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

test('workers that have nothing to do for a while end, but for the last', async () => {
  const pool = imagePool({ workers: 3, restMs: 20 });
  await Promise.all(Array.from({ length: 6 }, () => pool.render(small, RENDITIONS)));
  const [last, ...others] = await until('one worker', async () =>
    pool.pids().length === 1 ? pool.pids() : undefined,
  );
  assert.deepEqual(others, []);
  // Twice as long as the others were given.
  await sleep(40);
  assert.deepEqual([pool.pids(), pool.stats().restarts], [[last], 0]);
  isFiles(await pool.render(small, RENDITIONS));
});

test('one worker is started before the first picture, unless warm-up is off', async () => {
  const cold = imagePool({ warmUp: false });
  const warm = imagePool({ workers: 2 });
  await until('a worker', async () => warm.pids().length > 0 || undefined);
  assert.deepEqual([cold.pids().length, warm.pids().length], [0, 1]);
  await cold.render(small, RENDITIONS);
  assert.equal(cold.pids().length, 1);
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

test('a worker that is killed costs nobody a picture', async () => {
  const pool = imagePool();
  const files = pool.render(slowPng(), RENDITIONS);
  process.kill(await busy(pool), 'SIGKILL');
  isFiles(await files);
  assert.equal(pool.stats().restarts, 1);
});

test('a picture that kills two workers is given up, and the next one is served', async () => {
  const pool = imagePool();
  const files = pool.render(slowPng(), RENDITIONS);
  const refused = assert.rejects(files, Unavailable);
  const first = await busy(pool);
  process.kill(first, 'SIGKILL');
  await gone(first);
  await until('another worker', async () => (pool.stats().restarts === 1 ? true : undefined));
  process.kill(await busy(pool), 'SIGKILL');
  await refused;
  isFiles(await pool.render(small, RENDITIONS));
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
  import { frameReader, writeFrame } from ${JSON.stringify(import.meta.resolve('./frames.ts'))};
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

test('a worker that ended at work is replaced before the next picture', async () => {
  const pool = imagePool({ limits: { ...WORKER_LIMITS, cpuMs: 100 } });
  const refused = assert.rejects(pool.render(slowPng(), RENDITIONS), InvalidImage);
  const first = await busy(pool);
  await refused;
  const [second] = pool.pids();
  assert.ok(second !== undefined && second !== first);
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

test('signals to the process group do not reach the picture at work', async () => {
  const pool = imagePool();
  const files = pool.render(slowPng(), RENDITIONS);
  const pid = await busy(pool);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(pid, signal);
  isFiles(await files);
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

test('after failed starts, workers are not started in a loop', async (t) => {
  const script = join(await temporaryFolder(t), 'worker.mjs');
  await writeFile(script, 'process.exit(1)');
  const pool = imagePool({ script });
  await assert.rejects(pool.render(small, RENDITIONS), Unavailable);
  assert.equal(pool.stats().restarts, 3);
  await assert.rejects(pool.render(small, RENDITIONS), Unavailable);
  assert.equal(pool.stats().restarts, 3, 'within the pause nothing is tried');
});

test('a malformed reply of a worker is not trusted', async (t) => {
  const script = join(await temporaryFolder(t), 'worker.mjs');
  await writeFile(script, "process.stdout.write('x'.repeat(5000)); setInterval(() => {}, 1000)");
  const pool = imagePool({ script });
  await assert.rejects(pool.render(small, RENDITIONS), Unavailable);
  assert.equal(pool.stats().restarts, 3);
});

test('a worker that sends an unexpected reply is replaced', async (t) => {
  const script = join(await temporaryFolder(t), 'worker.mjs');
  for (const answer of [
    { kind: 'ready' },
    { kind: 'outside', picture: { width: 1, height: 1 }, last: false },
    { kind: 'rendered', sizes: [], last: false },
  ]) {
    await writeFile(
      script,
      `import { writeFrame } from ${JSON.stringify(import.meta.resolve('./frames.ts'))};
      writeFrame(process.stdout, { kind: 'ready' });
      process.stdin.once('data', () => writeFrame(process.stdout, ${JSON.stringify(answer)}));`,
    );
    const pool = imagePool({ script });
    await assert.rejects(pool.render(small, RENDITIONS), Unavailable);
    assert.equal(pool.stats().restarts, 2);
  }
});

test('a worker sees nothing of the server’s environment', async (t) => {
  const folder = await temporaryFolder(t);
  const [script, seen] = [join(folder, 'worker.mjs'), join(folder, 'seen')];
  const write = `writeFileSync(${JSON.stringify(seen)}, Object.keys(process.env).join())`;
  await writeFile(script, `import { writeFileSync } from 'node:fs'; ${write};`);
  await assert.rejects(imagePool({ script }).render(small, RENDITIONS), Unavailable);
  const names = await readFile(seen, 'utf8');
  assert.match(names, /MALLOC_ARENA_MAX/);
  assert.doesNotMatch(names, /PATH|HOME|NODE_(?!COMPILE_CACHE)/);
});

test('workers end with their server, however it ends and whatever they are doing', async (t) => {
  const folder = await temporaryFolder(t);
  const [picture, script] = [join(folder, 'slow.png'), join(folder, 'server.ts')];
  await writeFile(picture, slowPng());
  await writeFile(
    script,
    `import { readFileSync } from 'node:fs';
    import pino from ${JSON.stringify(import.meta.resolve('pino'))};
    import { createImagePool } from ${JSON.stringify(import.meta.resolve('./pool.ts'))};
    const log = pino({ level: 'silent' });
    const pool = createImagePool({ workers: 2, queueLength: 64, deadlineMs: 60000, log });
    const upload = readFileSync(${JSON.stringify(picture)});
    const forever = () => pool.render(upload, ${JSON.stringify(RENDITIONS)}).then(forever);
    void forever();
    setInterval(() => {
      if (pool.stats().running > 0) console.log(pool.pids().join());
    }, 50);`,
  );
  const server = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => server.kill('SIGKILL'));
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  const pids = line.split(',').map(Number);
  assert.ok(pids.length > 0 && pids.every((pid) => pid > 1), line);
  server.kill('SIGKILL');
  await Promise.all(pids.map(gone));
});
