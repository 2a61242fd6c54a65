import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterIhdr,
  afterSoi,
  bombs,
  findSegment,
  gifOf,
  jpegSegment,
  manyScans,
  pngChunk,
  rawPng,
  resizedJpeg,
  webpOf,
} from '../../test/support/crafted-pictures.ts';
import { gif, photo, plain, png, webp } from '../../test/support/pictures.ts';
import { InvalidImage } from '../errors.ts';
import { inspect } from './inspect.ts';
import { withoutText } from './png.ts';

const SIZE = { width: 70, height: 50 };

test('the size is read from each format', async () => {
  const lossless = await plain('#abc', SIZE).webp({ lossless: true }).toBuffer();
  const extended = await plain('#abc8', SIZE).webp().toBuffer();
  const progressive = await plain('#abc', SIZE).jpeg({ progressive: true }).toBuffer();
  const all = [await png(SIZE), await gif(SIZE), await webp(SIZE), await photo(SIZE)];
  for (const bytes of [...all, lossless, extended, progressive]) {
    const { width, height } = inspect(bytes);
    assert.deepEqual({ width, height }, SIZE);
  }
});

test('a GIF without a screen size is left to the decoder', () => {
  assert.equal(inspect(gifOf(0, 0)).format, 'gif');
});

for (const [name, make] of Object.entries(bombs)) {
  test(`refused: ${name}`, async () => {
    const bytes = await make();
    assert.throws(() => inspect(bytes), InvalidImage);
  });
}

test('50 megapixels pass, one row more does not', async () => {
  const jpeg = await photo();
  assert.equal(inspect(resizedJpeg(jpeg, 10_000, 5000)).height, 5000);
  assert.throws(() => inspect(resizedJpeg(jpeg, 10_000, 5001)), InvalidImage);
  assert.equal(inspect(webpOf(10_000, 5000)).height, 5000);
  assert.equal(inspect(gifOf(10_000, 5000)).height, 5000);
});

test('memory bounds what must be decoded as a whole, and only that', async () => {
  const png = (interlaced: boolean) =>
    rawPng({ width: 7000, height: 7000, depth: 16, colourType: 6, interlaced }, Buffer.alloc(9));
  assert.equal(inspect(png(false)).decodeBytes, 0);
  assert.throws(() => inspect(png(true)), InvalidImage);
  const jpeg = async (progressive: boolean) =>
    resizedJpeg(await plain('#888').jpeg({ progressive }).toBuffer(), 1000, 1000);
  assert.equal(inspect(await jpeg(false)).decodeBytes, 0);
  assert.equal(inspect(await jpeg(true)).decodeBytes, 3_000_000, 'quarter-size chroma');
});

test('64 scans pass, 65 do not', async () => {
  assert.equal(inspect(await manyScans(64)).format, 'jpeg');
  const bytes = await manyScans(65);
  assert.throws(() => inspect(bytes), InvalidImage);
});

test('scans behind a comment that looks like the end are counted', async () => {
  const bytes = await manyScans(65);
  const firstScan = bytes.indexOf(Buffer.from([0xff, 0xda]));
  const secondScan = bytes.indexOf(Buffer.from([0xff, 0xda]), firstScan + 2);
  const comment = jpegSegment(0xfe, Buffer.from([0xff, 0xd9]));
  const hidden = [bytes.subarray(0, secondScan), comment, bytes.subarray(secondScan)];
  // The tables of the second scan stand before the comment, so it is still the same picture.
  assert.throws(() => inspect(Buffer.concat(hidden)), InvalidImage);
});

test('what only looks like scans is not counted', async () => {
  const jpeg = await photo(SIZE);
  const looks = Buffer.alloc(2000, Buffer.from([0xff, 0xda, 0, 2]));
  const thumbnail = jpegSegment(0xe1, looks);
  assert.equal(inspect(afterSoi(jpeg, thumbnail)).width, 70);
  assert.equal(
    inspect(Buffer.concat([jpeg, Buffer.from([0, 2]), looks])).width,
    70,
    'after the end',
  );
});

test('junk and fill bytes between segments are skipped as the decoder does', async () => {
  const jpeg = await photo(SIZE);
  const frame = findSegment(jpeg, 0xc0);
  const junk = Buffer.from([0, 1, 2, 0xff, 0, 0xff, 0xff]);
  const bytes = Buffer.concat([jpeg.subarray(0, frame), junk, jpeg.subarray(frame)]);
  assert.equal(inspect(bytes).width, 70);
});

test('texts of a PNG do not reach the decoder, all else does', async () => {
  const picture = await png(SIZE);
  const texts = ['tEXt', 'zTXt', 'iTXt'].map((type) => pngChunk(type, Buffer.from('a\0b')));
  assert.deepEqual(withoutText(afterIhdr(picture, ...texts)), picture);
  const orientation = pngChunk('eXIf', Buffer.from('MM\0*'));
  for (const whole of [
    afterIhdr(picture, orientation),
    Buffer.concat([picture, texts[0]!.subarray(0, 6)]),
  ]) {
    assert.deepEqual(withoutText(whole), whole);
  }
});

test('not pictures, and other kinds of pictures', async () => {
  const avif = Buffer.from('\0\0\0\x20ftypavif\0\0\0\0avifmif1', 'latin1');
  const files = {
    empty: Buffer.alloc(0),
    text: Buffer.from('Hello, this is no picture at all, however long it may be.'),
    svg: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    pdf: Buffer.from('%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj'),
    tiff: await plain('#abc').tiff().toBuffer(),
    heic: Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'),
    avif,
    bmp: Buffer.from(`BM${'\0'.repeat(60)}`, 'latin1'),
    wave: Buffer.from(`RIFF\x38\0\0\0WAVEfmt ${'\0'.repeat(60)}`, 'latin1'),
    jpegStart: Buffer.from([0xff, 0xd8, 0xff]),
    pngStart: Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    gifStart: Buffer.from('GIF89a'),
    webpStart: Buffer.from('RIFF\x38\0\0\0WEBPVP8 ', 'latin1'),
    withoutPixels: rawPng({ width: 0, height: 9, depth: 8, colourType: 0 }, Buffer.alloc(9)),
  };
  for (const [name, bytes] of Object.entries(files)) {
    assert.throws(() => inspect(bytes), InvalidImage, name);
  }
});
