import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { readHeader } from './header.ts';

const picture = (channels: 3 | 4 = 3) =>
  sharp({ create: { width: 37, height: 19, channels, background: '#8a5a00' } });
const frame = (background: string) =>
  sharp({ create: { width: 37, height: 19, channels: 3, background } })
    .png()
    .toBuffer();
const frames = sharp([await frame('#000'), await frame('#fff')], { join: { animated: true } });

for (const [name, made, format] of [
  ['a JPEG', picture().jpeg(), 'JPEG'],
  ['a progressive JPEG', picture().jpeg({ progressive: true }), 'JPEG'],
  ['a JPEG with a profile', picture().withIccProfile('p3').jpeg(), 'JPEG'],
  ['a PNG', picture(4).png(), 'PNG'],
  ['a GIF', picture().gif(), 'GIF'],
  ['a lossy WebP', picture().webp(), 'WebP'],
  ['a lossless WebP', picture().webp({ lossless: true }), 'WebP'],
  ['a WebP with alpha', picture(4).webp(), 'WebP'],
] as const) {
  test(`${name} is recognised with its size`, async () => {
    const header = readHeader(await made.toBuffer());
    assert.deepEqual(header, { format, width: 37, height: 19, animated: false });
  });
}

for (const [format, made] of [
  ['GIF', frames.clone().gif({ loop: 0 })],
  ['WebP', frames.clone().webp({ loop: 0 })],
] as const) {
  test(`an animated ${format} says so`, async () => {
    const header = readHeader(await made.toBuffer());
    assert.deepEqual(header, { format, width: 37, height: 19, animated: true });
  });
}

test('an animated PNG says so', async () => {
  const still = await picture().png().toBuffer();
  const control = Buffer.from('\0\0\0\x08acTL\0\0\0\x02\0\0\0\0\0\0\0\0', 'latin1');
  // After the 8 bytes of the signature and the 25 of IHDR.
  const moving = Buffer.concat([still.subarray(0, 33), control, still.subarray(33)]);
  assert.equal(readHeader(moving)?.animated, true);
});

test('HEIC and AVIF are told apart', () => {
  const file = (brands: string) => Buffer.from(`\0\0\0\x18ftyp${brands}`, 'latin1');
  assert.equal(readHeader(file('heic\0\0\0\0mif1heic'))?.format, 'HEIC');
  assert.equal(readHeader(file('mif1\0\0\0\0mif1avif'))?.format, 'AVIF');
  assert.equal(readHeader(file('isom\0\0\0\0isommp42')), null);
});

test('anything else is not a picture', () => {
  for (const text of [
    '',
    'GIF89a',
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    '%PDF-1.7 and so on',
  ]) {
    assert.equal(readHeader(Buffer.from(text)), null, text);
  }
});

test('a truncated file is read as far as it goes', async () => {
  for (const made of [picture().jpeg(), picture().png(), picture().gif(), picture().webp()]) {
    const whole = await made.toBuffer();
    for (let length = 12; length < 80; length += 1) readHeader(whole.subarray(0, length));
  }
});
