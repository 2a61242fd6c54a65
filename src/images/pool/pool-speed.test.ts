import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { imagePool, RENDITIONS } from '../../../test/support/pictures/image-pool.ts';
import { photo } from '../../../test/support/pictures.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { REFERENCE_MS, SLOWEST, WORKER_LIMITS } from '../limits.ts';
import { measureMachine } from './measure-machine.ts';

/** A worker that says it measured `ms`, and notes what it is asked. */
const worker = (notes: string, ms: string) => `
  import { appendFileSync } from 'node:fs';
  import { frameReader, writeFrame } from ${JSON.stringify(import.meta.resolve('../frames.ts'))};
  const note = (text) => appendFileSync(${JSON.stringify(notes)}, text + '\\n');
  const reply = (head) => writeFrame(process.stdout, head);
  process.stdin.on('data', frameReader(1e6, ({ measure, renditions, limits }) => {
    note(measure ? 'measure' : 'cpuMs ' + Math.round(limits.cpuMs));
    if (measure) reply({ kind: 'measured', ms: ${ms} });
    else reply({ kind: 'rendered', sizes: renditions.map(() => 0), last: false });
  }, () => process.exit(1)));
  reply({ kind: 'ready' });`;

/** What workers are asked for five pictures at once, of which each may take a second elsewhere. */
async function asked(t: TestContext, ms: string): Promise<string[]> {
  const folder = await temporaryFolder(t);
  const [script, notes] = [join(folder, 'worker.mjs'), join(folder, 'notes')];
  await writeFile(script, worker(notes, ms));
  const limits = { ...WORKER_LIMITS, cpuMs: 1000 };
  const pool = imagePool({ script, limits, slowness: undefined });
  const pictures = Array.from({ length: 5 }, () => pool.render(Buffer.alloc(1), RENDITIONS));
  await Promise.all(pictures);
  return (await readFile(notes, 'utf8')).trim().split('\n');
}

const five = (line: string) => Array.from({ length: 5 }, () => line);

test('the machine is measured once, before the first picture, and the limit follows', async (t) => {
  const measured = String(7 * REFERENCE_MS);
  assert.deepEqual(await asked(t, measured), ['measure', ...five('cpuMs 7000')]);
});

test('a fast machine gives no picture less time, and the slowest not any time', async (t) => {
  assert.deepEqual(await asked(t, '0.01'), ['measure', ...five('cpuMs 1000')]);
  assert.deepEqual(await asked(t, '1e6'), ['measure', ...five(`cpuMs ${SLOWEST * 1000}`)]);
});

test('a worker that cannot measure the machine costs no picture', async (t) => {
  for (const ms of ["'soon'", 'process.exit(1)']) {
    assert.deepEqual(await asked(t, ms), ['measure', ...five('cpuMs 1000')]);
  }
});

test('the real worker measures, and decodes after that', async () => {
  const slowness = await measureMachine();
  assert.ok(slowness >= 1 && slowness <= SLOWEST, String(slowness));
  const pool = imagePool({ slowness: undefined });
  const files = await pool.render(await photo({ width: 60, height: 40 }), RENDITIONS);
  assert.ok(files.every((file) => file.length > 0));
  assert.equal(pool.stats().restarts, 0);
});
