import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindRefusal, serverRefusal, sizeRefusal } from './refusal.ts';

const limits = { bytes: 5 * 1024 * 1024, pixels: 51_000_000, size: '5MB' };

test('exactly the limit passes, one more is refused with the limit and what the file has', () => {
  assert.equal(sizeRefusal(limits.bytes, limits), '');
  assert.match(sizeRefusal(limits.bytes * 1.5, limits), /7\.5 MB.*5MB/);
  const sized = (width: number) => ({
    format: 'PNG' as const,
    width,
    height: 5000,
    animated: false,
  });
  assert.equal(kindRefusal(sized(10_200), limits), '');
  assert.match(kindRefusal(sized(10_201), limits), /10201 × 5000.*51 megapixels/);
});

test('a picture whose size is unknown is left to the server', () => {
  assert.equal(kindRefusal({ format: 'JPEG', animated: false }, limits), '');
});

test('HEIC, AVIF and files that are not pictures each get their own message', () => {
  assert.match(kindRefusal({ format: 'HEIC', animated: false }, limits), /HEIC.*JPEG/);
  assert.match(kindRefusal({ format: 'AVIF', animated: false }, limits), /AVIF/);
  assert.match(kindRefusal(null, limits), /not a picture/);
});

test('whatever the server refuses is said in words', () => {
  const said = (errors: Record<string, string>, message = '') => serverRefusal({ message, errors });
  assert.equal(said({}, 'Invalid image file.'), 'Invalid image file.');
  assert.equal(said({ file: 'Field required' }), 'Field required');
  for (const name of ['x', 'y', 'size']) {
    assert.match(said({ [name]: 'Input should be less than' }), /^The frame does not fit/);
  }
  assert.equal(said({ rotation: 'Input should be 0, 90' }), 'Input should be 0, 90');
  assert.equal(said({}), 'The server refused this picture.');
});
