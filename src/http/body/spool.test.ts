import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, readlinkSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { Unavailable } from '../../errors.ts';
import type { Upload } from '../../images/upload.ts';
import { openSpool, type Spool } from './spool.ts';

/** What a reader gets; each part is copied, since its memory is used again for the next. */
async function contentOf(upload: Upload): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of upload.read()) parts.push(Buffer.from(part));
  return Buffer.concat(parts);
}

/** Files below `folder` that this process has open, nameless ones included; Linux. */
function openIn(folder: string): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(folder) ? target : [];
    } catch {
      // The folder's own descriptor, which is closed again.
      return [];
    }
  });
}

test('what was written is read back, as often as asked for, large or small', async (t) => {
  const folder = join(await temporaryFolder(t), 'spool');
  for (const [chunks, size] of [
    [0, 1],
    [1, 1],
    [3, 1000],
    [1, 700_000],
    [40, 65_536],
    [1000, 777],
  ] as const) {
    const bytes = randomBytes(chunks * size);
    const spool = openSpool(folder);
    for (let at = 0; at < bytes.length; at += size) {
      await spool.write(Buffer.from(bytes.subarray(at, at + size)));
    }
    const upload = await spool.finish();
    assert.equal(upload.size, bytes.length);
    for (let time = 0; time < 2; time++) assert.ok(bytes.equals(await contentOf(upload)));
    if (upload.path) assert.ok(bytes.equals(await readFile(upload.path)));
    await upload.discard();
  }
});

test('what comes while the disk is at work is written as well, without waiting for each piece', async (t) => {
  const folder = join(await temporaryFolder(t), 'spool');
  const bytes = randomBytes(5_000_000);
  const spool = openSpool(folder);
  let waits = 0;
  for (let at = 0; at < bytes.length; at += 50_000) {
    const written = spool.write(Buffer.from(bytes.subarray(at, at + 50_000)));
    if (written) waits += 1;
    await written;
  }
  assert.ok(waits > 0 && waits < 50, `${waits} times`);
  const upload = await spool.finish();
  assert.ok(bytes.equals(await contentOf(upload)));
  await upload.discard();
});

test('a small upload never sees the disk, a large one has no name there and goes with its end', async (t) => {
  const folder = join(await temporaryFolder(t), 'spool');
  const small = openSpool(folder);
  assert.equal(small.write(Buffer.alloc(10_000)), undefined);
  await assert.rejects(readdir(folder), { code: 'ENOENT' });
  const large = openSpool(folder);
  await write(large, Buffer.alloc(100_000));
  const upload = await large.finish();
  assert.deepEqual(await readdir(folder), []);
  assert.equal(openIn(folder).length, 1);
  await upload.discard();
  assert.deepEqual(openIn(folder), []);
  await assert.rejects(contentOf(upload));
});

/** To the end, so that what goes wrong is told. */
async function write(spool: Spool, bytes: Buffer): Promise<void> {
  await spool.write(bytes);
  await spool.finish();
}

test('given up in the middle of a write, it leaves nothing open and takes nothing more', async (t) => {
  const folder = join(await temporaryFolder(t), 'spool');
  const spool = openSpool(folder);
  const refused = assert.rejects(write(spool, Buffer.alloc(100_000)), Unavailable);
  await spool.discard();
  assert.equal(spool.write(Buffer.alloc(100_000)), undefined);
  await refused;
  assert.deepEqual(openIn(folder), []);
});

test('where nothing can be written it says so', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  for (const place of [join(folder, 'file'), join(folder, 'gone', 'spool')]) {
    const spool = openSpool(place);
    await assert.rejects(write(spool, Buffer.alloc(100_000)), Unavailable);
    await assert.rejects(write(spool, Buffer.alloc(300_000)), Unavailable);
    await spool.discard();
  }
  assert.deepEqual(await readdir(folder), ['file']);
});

test('all together may take so much of the disk, and those who give up make room', async (t) => {
  const folder = join(await temporaryFolder(t), 'spool');
  const part = Buffer.alloc(100_000);
  const open = () => openSpool(folder, 350_000);
  const spools = [open(), open(), open()];
  for (const spool of spools) await write(spool, part);
  const refused = open();
  await assert.rejects(write(refused, part), {
    message: /^Pictures cannot be processed right now/,
  });
  await refused.discard();
  await spools[0]?.discard();
  const another = open();
  await write(another, part);
  await Promise.all([another, ...spools].map((spool) => spool.discard()));
});
