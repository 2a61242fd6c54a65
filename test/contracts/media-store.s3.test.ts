import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Bucket, newBucket, openBucket } from '../support/servers/bucket.ts';
import { testMediaStore } from './media-store.ts';

testMediaStore('S3', async (t) => openBucket(t, await newBucket(t)));

/** The SDK itself, to look past the store. */
function rawClient(t: TestContext, { endpoint, region, credentials }: Bucket): S3Client {
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  t.after(() => client.destroy());
  return client;
}

test('S3: an object in the bucket has its type and a year of caching', async (t) => {
  const bucket = await newBucket(t);
  const store = await openBucket(t, bucket);
  const client = rawClient(t, bucket);
  for (const [extension, type] of [
    ['jpg', 'image/jpeg'],
    ['webp', 'image/webp'],
  ]) {
    const key = `profile_pics/${'0'.repeat(32)}.${extension}`;
    await store.write(key, Buffer.from('x'));
    const head = await client.send(new HeadObjectCommand({ Bucket: bucket.bucket, Key: key }));
    assert.equal(head.ContentType, type);
    assert.equal(head.CacheControl, 'public, max-age=31536000, immutable');
  }
});

test('S3: a list of several pages is complete, and has only our objects', async (t) => {
  const bucket = await newBucket(t);
  const store = await openBucket(t, bucket);
  const client = rawClient(t, bucket);
  const put = (Key: string) =>
    client.send(new PutObjectCommand({ Bucket: bucket.bucket, Key, Body: 'x' }));
  for (const name of ['index.html', 'profile_pics/notes.txt', 'tmp/probe-1']) await put(name);
  const keys = Array.from(
    { length: 25 },
    (_, n) => `profile_pics/${n.toString(16).padStart(32, '0')}.jpg`,
  );
  for (const key of keys) await put(key);
  const listed = await Array.fromAsync(store.list(), ({ key }) => key);
  assert.deepEqual(listed.toSorted(), keys);
  const temporaries = await Array.fromAsync(store.temporaries());
  assert.deepEqual(
    temporaries.map(({ name, key }) => [name, key]),
    [['tmp/probe-1', null]],
  );
  await store.deleteTemporary('tmp/probe-1');
  assert.deepEqual(await Array.fromAsync(store.temporaries()), []);
});
