import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasEnd } from './ending.ts';

const jpeg = '\xff\xd8\xff\xe1thumbnail \xff\xda..\xff\xd9\xff\xdapixels\xff\xd9';
const riff = (size: number, rest: string) => `RIFF${String.fromCharCode(size)}\0\0\0WEBP${rest}`;

test('each format tells its end', () => {
  for (const [format, whole] of [
    ['JPEG', jpeg],
    ['PNG', '\x89PNG....IDAT....\0\0\0\0IEND\xae\x42\x60\x82'],
    ['GIF', 'GIF89a....;'],
    ['GIF', 'GIF89a....;\0\0'],
    ['WebP', riff(12, 'VP8 ....')],
  ] as const) {
    assert.equal(hasEnd(whole, format), true, format);
    assert.equal(hasEnd(`${whole}\0`, format), true, `${format} with a byte behind`);
  }
});

test('what is cut short has none, also when a thumbnail in it has', () => {
  for (const [format, cut] of [
    ['JPEG', jpeg.slice(0, -2)],
    ['JPEG', jpeg.slice(0, -1)],
    ['PNG', '\x89PNG....IDAT....'],
    ['GIF', 'GIF89a....'],
    ['WebP', riff(13, 'VP8 ....')],
  ] as const) {
    assert.equal(hasEnd(cut, format), false, format);
  }
});
