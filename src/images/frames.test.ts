import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { frameReader, writeFrame } from './frames.ts';

/** Two frames as they are sent. */
async function twoFrames(): Promise<Buffer> {
  const stream = new PassThrough();
  writeFrame(stream, { n: 1 }, Buffer.from('abc'), Buffer.from('defg'));
  writeFrame(stream, { n: 2 });
  stream.end();
  return Buffer.concat(await stream.toArray());
}

for (const step of [1, 3, 7, 1000]) {
  test(`frames arrive in chunks of ${step} bytes`, async () => {
    const bytes = await twoFrames();
    const seen: unknown[] = [];
    const read = frameReader(
      100,
      (head, body) => seen.push(head, body.toString()),
      (error) => seen.push(error),
    );
    for (let at = 0; at < bytes.length; at += step) read(bytes.subarray(at, at + step));
    assert.deepEqual(seen, [{ n: 1 }, 'abcdefg', { n: 2 }, '']);
  });
}

test('a frame above the limit is never allocated, and ends the reading', async () => {
  const bytes = await twoFrames();
  const broken: unknown[] = [];
  const read = frameReader(
    10,
    () => assert.fail('a frame'),
    (error) => broken.push(error),
  );
  read(bytes);
  read(bytes);
  assert.equal(broken.length, 1);
  assert.ok(broken[0] instanceof RangeError);
});

test('a head that is not JSON ends the reading', () => {
  const broken: unknown[] = [];
  const read = frameReader(
    100,
    () => assert.fail('a frame'),
    (error) => broken.push(error),
  );
  read(Buffer.from('\x03\0\0\0\0\0\0\0{a}', 'latin1'));
  assert.ok(broken[0] instanceof SyntaxError);
});
