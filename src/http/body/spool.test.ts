import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { until } from '../../../test/support/until.ts';
import { Unavailable } from '../../errors.ts';
import type { Upload } from '../../images/upload.ts';
import { removeLeftovers } from './spool-leftovers.ts';
import { openSpool } from './spool.ts';

const spoolFolder = async (t: TestContext) => join(await temporaryFolder(t), 'spool');

async function contentOf({ content }: Upload): Promise<Uint8Array> {
  return typeof content === 'string' ? readFile(content) : content;
}

test('what was sent is there, large or small, until it is discarded', async (t) => {
  const folder = await spoolFolder(t);
  for (const [chunks, size] of [
    [0, 1],
    [1, 1],
    [3, 1000],
    [1, 700_000],
    [40, 65_536],
    [1000, 777],
  ] as const) {
    const sent = Array.from({ length: chunks }, () => randomBytes(size));
    const spool = openSpool(Readable.from(sent, { objectMode: false }), folder);
    const upload = await spool.upload;
    assert.equal(upload.size, chunks * size);
    assert.ok(Buffer.concat(sent).equals(await contentOf(upload)));
    await upload.discard();
    if (typeof upload.content === 'string') assert.deepEqual(await readdir(folder), []);
  }
});

test('a small upload never sees the disk', async (t) => {
  const folder = await spoolFolder(t);
  await openSpool(Readable.from([Buffer.alloc(60_000)]), folder).upload;
  await assert.rejects(readdir(folder), { code: 'ENOENT' });
});

test('an upload given up on its way leaves no file', async (t) => {
  const folder = await spoolFolder(t);
  const stream = new PassThrough();
  const spool = openSpool(stream, folder);
  stream.write(Buffer.alloc(100_000));
  await until('a file', async () => (await readdir(folder).catch(() => []))[0]);
  stream.write(Buffer.alloc(100_000));
  await spool.discard();
  await assert.rejects(spool.upload);
  assert.deepEqual(await readdir(folder), []);
});

test("a stream's own error stays what it is, and leaves no file", async (t) => {
  const folder = await spoolFolder(t);
  const stream = new PassThrough();
  const spool = openSpool(stream, folder);
  stream.write(Buffer.alloc(100_000));
  await until('a file', async () => (await readdir(folder).catch(() => []))[0]);
  stream.destroy(new Error('cut'));
  await assert.rejects(spool.upload, /^Error: cut$/);
  await spool.discard();
  assert.deepEqual(await readdir(folder), []);
});

test('where nothing can be written it says so', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  for (const place of [join(folder, 'file'), join(folder, 'gone', 'spool')]) {
    const spool = openSpool(Readable.from([Buffer.alloc(300_000)]), place);
    await assert.rejects(spool.upload, Unavailable);
    await spool.discard();
  }
  assert.deepEqual(await readdir(folder), ['file']);
});

test('all together may take so much of the disk, and those that are discarded make room', async (t) => {
  const folder = await spoolFolder(t);
  const open = () => openSpool(Readable.from([Buffer.alloc(100_000)]), folder, 350_000);
  const spools = [open(), open(), open()];
  for (const { upload } of spools) await upload;
  const refused = open();
  await assert.rejects(refused.upload, { message: /^Pictures cannot be processed right now/ });
  await refused.discard();
  await spools[0]?.discard();
  // Once is enough: what is discarded again makes no more room.
  await spools[0]?.discard();
  const another = open();
  await another.upload;
  await assert.rejects(open().upload, Unavailable);
  await Promise.all([another, ...spools].map((spool) => spool.discard()));
  assert.deepEqual(await readdir(folder), []);
});

test('what dead processes left is removed, and nothing else', async (t) => {
  const folder = await spoolFolder(t);
  await removeLeftovers(folder);
  await mkdir(folder);
  const dead = spawn('true');
  await once(dead, 'exit');
  const [own, theirs, old] = [`${process.pid}-a1`, `${process.ppid}-a1`, `${process.ppid}-b2`];
  for (const name of [own, theirs, old, `${dead.pid}-a1`, 'notes', '12-notes']) {
    await writeFile(join(folder, name), '');
  }
  const longAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
  await utimes(join(folder, old), longAgo, longAgo);
  await removeLeftovers(folder);
  assert.deepEqual((await readdir(folder)).toSorted(), ['12-notes', theirs, 'notes'].toSorted());
});
