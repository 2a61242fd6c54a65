import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test, type TestContext } from 'node:test';
import type { MediaStore, StoredObject } from '../../src/media/media-store.ts';

/**
 * What every media store must do, as tests. `open` returns an empty store and sees to its end; `name` goes
 * before each test's.
 */
export function testMediaStore(name: string, open: (t: TestContext) => Promise<MediaStore>): void {
  const check = (what: string, body: (store: MediaStore) => Promise<void>) => {
    void test(`${name}: ${what}`, async (t) => body(await open(t)));
  };

  check('what was written is read back, byte for byte', async (store) => {
    for (const size of [0, 1, 300_000]) {
      const [key, bytes] = [newKey(), randomBytes(size)];
      await store.write(key, bytes);
      assert.deepEqual(await store.read(key), bytes);
    }
  });

  check('what is not there is null, also in a folder that is not there', async (store) => {
    await store.write(newKey(), Buffer.from('x'));
    assert.equal(await store.read(newKey()), null);
    assert.equal(await store.read(newKey('elsewhere')), null);
  });

  check('a deleted object is gone, others stay, a second deletion is fine', async (store) => {
    const [gone, kept] = [newKey(), newKey()];
    for (const key of [gone, kept]) await store.write(key, Buffer.from(key));
    await store.delete(gone);
    await store.delete(gone);
    await store.delete(newKey('elsewhere'));
    assert.equal(await store.read(gone), null);
    assert.equal(String(await store.read(kept)), kept);
    assert.deepEqual(await keysOf(store), [kept]);
  });

  check('the list is every object with its size and age, and nothing else', async (store) => {
    assert.deepEqual(await keysOf(store), []);
    const started = Date.now();
    const keys = [newKey(), newKey(), newKey('profile_pics_64', 'webp')];
    for (const [index, key] of keys.entries()) await store.write(key, Buffer.alloc(index + 1));
    await store.check();
    const objects = new Map<string, StoredObject>();
    for await (const object of store.list()) objects.set(object.key, object);
    assert.deepEqual([...objects.keys()].toSorted(), keys.toSorted());
    for (const [index, key] of keys.entries()) {
      assert.equal(objects.get(key)?.size, index + 1);
      const age = Number(objects.get(key)?.modifiedAt) - started;
      assert.ok(Math.abs(age) < 10 * 60_000, `${age} ms`);
    }
  });

  check('many objects at once, and the list still has every one', async (store) => {
    const keys = Array.from({ length: 40 }, () => newKey());
    await Promise.all(keys.map((key) => store.write(key, Buffer.from(key))));
    assert.deepEqual(await keysOf(store), keys.toSorted());
    await Promise.all(keys.map((key) => store.delete(key)));
    assert.deepEqual(await keysOf(store), []);
  });

  check('keys outside the grammar are refused by every method', async (store) => {
    const hex = '0123456789abcdef'.repeat(2);
    const bad = [
      `../${hex}.jpg`,
      `a/../${hex}.jpg`,
      `/${hex}.jpg`,
      `a/b/${hex}.jpg`,
      `A/${hex}.jpg`,
      `a/${hex}.jpg\n`,
      `a/${hex.toUpperCase()}.jpg`,
      `a/${hex}.png`,
      `a/${hex}`,
      `${hex}.jpg`,
      '',
    ];
    for (const key of bad) {
      await assert.rejects(store.write(key, Buffer.from('x')), /Not a media key/, key);
      await assert.rejects(store.read(key), /Not a media key/, key);
      await assert.rejects(store.delete(key), /Not a media key/, key);
    }
    assert.deepEqual(await keysOf(store), []);
  });

  check('the check leaves nothing behind', async (store) => {
    await store.check();
    await Promise.all([store.check(), store.check()]);
    assert.deepEqual(await keysOf(store), []);
    assert.deepEqual(await Array.fromAsync(store.temporaries()), []);
  });
}

function newKey(folder = 'profile_pics', extension = 'jpg'): string {
  return `${folder}/${randomBytes(16).toString('hex')}.${extension}`;
}

async function keysOf(store: MediaStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list()) keys.push(key);
  return keys.toSorted();
}
