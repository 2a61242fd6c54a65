import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { imagePool, RENDITIONS } from '../../../test/support/pictures/image-pool.ts';
import { photo } from '../../../test/support/pictures.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { ALONE, REFERENCE_MS, SLOWEST, WORKER_LIMITS } from '../limits.ts';
import type { WorkerReply } from '../messages.ts';
import { inMemory } from '../upload.ts';
import { measureMachine } from './measure-machine.ts';
import { startWorker } from './worker-process.ts';

/** A worker that says it measured `ms`, needs `needs` ms for a picture, and notes what it is asked. */
const worker = (notes: string, ms: string, needs: number) => `
  import { appendFileSync } from 'node:fs';
  import { frameReader, writeFrame } from ${JSON.stringify(import.meta.resolve('../frames.ts'))};
  const note = (text) => appendFileSync(${JSON.stringify(notes)}, text + '\\n');
  const reply = (head) => writeFrame(process.stdout, head);
  process.stdin.on('data', frameReader(1e6, ({ measure, renditions, limits }) => {
    note(measure ? 'measure' : 'cpuMs ' + Math.round(limits.cpuMs));
    if (measure) reply({ kind: 'measured', ms: ${ms} });
    else if (limits.cpuMs < ${needs}) reply({ kind: 'slow', last: false });
    else reply({ kind: 'rendered', sizes: renditions.map(() => 0), last: false });
  }, () => process.exit(1)));
  reply({ kind: 'ready' });`;

/** What workers are asked for five pictures at once, of which each may take a second elsewhere. */
async function asked(
  t: TestContext,
  { ms, needs, workers = 1 }: { ms: string; needs: number; workers?: number },
): Promise<string[]> {
  const folder = await temporaryFolder(t);
  const [script, notes] = [join(folder, 'worker.mjs'), join(folder, 'notes')];
  await writeFile(script, worker(notes, ms, needs));
  const limits = { ...WORKER_LIMITS, cpuMs: 1000 };
  const pool = imagePool({ script, limits, workers, slowness: undefined });
  const pictures = Array.from({ length: 5 }, () => pool.render(Buffer.alloc(1), RENDITIONS));
  await Promise.all(pictures);
  return (await readFile(notes, 'utf8')).trim().split('\n');
}

const times = (count: number, lines: string[]) => Array.from({ length: count }, () => lines).flat();

test('where pictures are decoded in time, the machine is not measured', async (t) => {
  assert.deepEqual(await asked(t, { ms: '0.01', needs: 900 }), times(5, ['cpuMs 1000']));
});

test('the machine is measured once, when a picture is too slow, and the limit follows', async (t) => {
  const ms = String(7 * REFERENCE_MS);
  const first = ['cpuMs 1000', 'measure', `cpuMs ${ALONE * 7000}`];
  const others = times(4, ['cpuMs 7000']);
  assert.deepEqual(await asked(t, { ms, needs: 5000 }), [...first, ...others]);
});

test('with several workers, too', async (t) => {
  const ms = String(7 * REFERENCE_MS);
  const lines = await asked(t, { ms, needs: 5000, workers: 3 });
  const measured = lines.indexOf('measure');
  assert.equal(lines.lastIndexOf('measure'), measured);
  assert.ok(lines.slice(0, measured).every((line) => line === 'cpuMs 1000'));
  assert.equal(lines.slice(measured).filter((line) => line !== 'measure').length, 5);
});

test('a fast machine gives no picture less time, and the slowest not any time', async (t) => {
  const again = [`cpuMs 1000`, `cpuMs ${ALONE * 1000}`];
  assert.deepEqual(await asked(t, { ms: '0.01', needs: 1500 }), [
    ...again.toSpliced(1, 0, 'measure'),
    ...times(4, again),
  ]);
  assert.deepEqual(await asked(t, { ms: '1e6', needs: 5000 }), [
    'cpuMs 1000',
    'measure',
    `cpuMs ${ALONE * SLOWEST * 1000}`,
    ...times(4, [`cpuMs ${SLOWEST * 1000}`]),
  ]);
});

test('a worker that cannot measure the machine costs no picture', async (t) => {
  const again = ['cpuMs 1000', `cpuMs ${ALONE * 1000}`];
  for (const ms of ["'soon'", 'process.exit(1)']) {
    assert.deepEqual(await asked(t, { ms, needs: 1500 }), [
      ...again.toSpliced(1, 0, 'measure'),
      ...times(4, again),
    ]);
  }
});

test('the real worker measures, and decodes after that', async (t) => {
  const slowness = await measureMachine();
  assert.ok(slowness >= 1 && slowness <= SLOWEST, String(slowness));
  const picture = inMemory(await photo({ width: 60, height: 40 }));
  const request = { renditions: RENDITIONS, crop: undefined, whole: false, limits: WORKER_LIMITS };
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const kinds: string[] = [];
  const onReply = ({ kind }: WorkerReply) => {
    kinds.push(kind);
    if (kind === 'ready') worker.measure();
    else if (kind === 'measured') worker.send(request, picture);
    else resolve();
  };
  const worker = startWorker({ onReply, onExit: () => resolve() }, WORKER_LIMITS);
  t.after(worker.kill);
  await over;
  assert.deepEqual(kinds, ['ready', 'measured', 'rendered']);
});
