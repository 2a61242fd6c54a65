import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { slowPng } from '../../../test/support/pictures/crafted-pictures.ts';
import {
  busy,
  gone,
  imagePool,
  isFiles,
  RENDITIONS,
  small,
} from '../../../test/support/pictures/image-pool.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { until } from '../../../test/support/until.ts';
import { InvalidImage, Unavailable } from '../../errors.ts';
import { WORKER_LIMITS } from '../limits.ts';

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

test('a worker that ended at work is replaced before the next picture', async () => {
  const pool = imagePool({ limits: { ...WORKER_LIMITS, cpuMs: 100 } });
  const refused = assert.rejects(pool.render(slowPng(), RENDITIONS), InvalidImage);
  const first = await busy(pool);
  await refused;
  const [second] = pool.pids();
  assert.ok(second !== undefined && second !== first);
});

test('signals to the process group do not reach the picture at work', async () => {
  const pool = imagePool();
  const files = pool.render(slowPng(), RENDITIONS);
  const pid = await busy(pool);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.kill(pid, signal);
  isFiles(await files);
  assert.equal(pool.stats().restarts, 0);
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
      `import { writeFrame } from ${JSON.stringify(import.meta.resolve('../frames.ts'))};
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
