import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openDiskStore } from './disk.ts';

const HEX = randomBytes(16).toString('hex');
const KEY = `profile_pics/${HEX}.jpg`;

async function open(t: TestContext) {
  const dir = join(await temporaryFolder(t), 'media');
  return { dir, store: openDiskStore(dir) };
}

function filesIn(dir: string): string[] {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test('a stored key is never overwritten', async (t) => {
  const { dir, store } = await open(t);
  await store.write(KEY, Buffer.from('first'));
  await assert.rejects(store.write(KEY, Buffer.from('second')), /already stored/);
  assert.equal(String(await store.read(KEY)), 'first');
  assert.deepEqual(filesIn(dir), [`${HEX}.jpg`]);
});

test('of several writes of one key at once one succeeds, and its bytes are whole', async (t) => {
  const { dir, store } = await open(t);
  const versions = Array.from({ length: 8 }, () => randomBytes(200_000));
  const writes = await Promise.allSettled(versions.map((bytes) => store.write(KEY, bytes)));
  const written = versions.filter((_, index) => writes[index]?.status === 'fulfilled');
  assert.equal(written.length, 1);
  assert.deepEqual(await store.read(KEY), written[0]);
  assert.deepEqual(filesIn(dir), [`${HEX}.jpg`]);
});

/** The kernel cuts a write at the limit and refuses only the next one, as on a nearly full disk. */
test('if the disk takes only a part of a file, the write fails and leaves nothing behind', async (t) => {
  const { dir } = await open(t);
  const program = `
    import assert from 'node:assert/strict';
    import { open } from 'node:fs/promises';
    import { openDiskStore } from ${JSON.stringify(import.meta.resolve('./disk.ts'))};
    const [dir, key] = process.argv.slice(1);
    const short = await open(dir + '/short', 'w');
    assert.equal((await short.write(Buffer.alloc(100_000))).bytesWritten, 16_384);
    const store = openDiskStore(dir);
    await assert.rejects(store.write(key, Buffer.alloc(100_000)), { code: 'EFBIG' });
    assert.equal(await store.read(key), null);
    await store.write(key, Buffer.alloc(16_384));`;
  // POSIX: a block is 512 bytes.
  const script = 'ulimit -f "$1"; shift; exec "$@"';
  const shell = ['bash', '--posix', '-c', script, 'bash', '32'] as const;
  const node = [process.execPath, '--input-type=module', '--eval', program, dir, KEY];
  const result = spawnSync('env', [...shell, ...node], { encoding: 'utf8' });
  assert.equal(result.status, 0, result.stderr);
  rmSync(join(dir, 'short'));
  assert.deepEqual(filesIn(dir), [`${HEX}.jpg`]);
});

test('a half-written file of a crash is not an object, and is deleted with its key', async (t) => {
  const { dir, store } = await open(t);
  const half = join(dir, 'tmp', `profile_pics-${HEX}.jpg.part`);
  writeFileSync(half, 'hal');
  assert.equal(await store.read(KEY), null);
  assert.deepEqual(await Array.fromAsync(store.list()), []);
  const temporaries = await Array.fromAsync(store.temporaries());
  assert.deepEqual(
    temporaries.map(({ key }) => key),
    [KEY],
  );
  await store.delete(KEY);
  assert.deepEqual(filesIn(dir), []);
});

test('files that are not ours are not listed', async (t) => {
  const { dir, store } = await open(t);
  mkdirSync(join(dir, 'profile_pics'));
  mkdirSync(join(dir, 'profile_pics', `${HEX}.jpg`));
  writeFileSync(join(dir, 'profile_pics', '.DS_Store'), '');
  writeFileSync(join(dir, `${HEX}.jpg`), '');
  assert.deepEqual(await Array.fromAsync(store.list()), []);
});

test('a missing media folder, as of an unmounted volume, is an error and not "nothing there"', async (t) => {
  const { dir, store } = await open(t);
  await store.write(KEY, Buffer.from('x'));
  renameSync(dir, `${dir}-gone`);
  const gone = { code: 'ENOENT' };
  await assert.rejects(store.read(KEY), gone);
  await assert.rejects(store.delete(KEY), gone);
  await assert.rejects(store.write(KEY, Buffer.from('x')), gone);
  await assert.rejects(store.check(), gone);
  await assert.rejects(Array.fromAsync(store.list()), gone);
  renameSync(`${dir}-gone`, dir);
  assert.equal(String(await store.read(KEY)), 'x');
  await store.check();
});

test('the check fails where nothing can be written', async (t) => {
  const { dir, store } = await open(t);
  rmSync(join(dir, 'tmp'), { recursive: true });
  writeFileSync(join(dir, 'tmp'), 'a file where the folder should be');
  await assert.rejects(store.check(), { code: 'ENOTDIR' });
  await assert.rejects(store.write(KEY, Buffer.from('x')), { code: 'ENOTDIR' });
});

test('two stores on one folder, as in two processes, see the same files', async (t) => {
  const { dir, store } = await open(t);
  await store.write(KEY, Buffer.from('x'));
  const other = openDiskStore(dir);
  assert.equal(String(await other.read(KEY)), 'x');
  await other.delete(KEY);
  assert.equal(await store.read(KEY), null);
});
