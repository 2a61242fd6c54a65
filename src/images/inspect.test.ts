import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterIhdr,
  afterSoi,
  bombs,
  deflatedZeros,
  findSegment,
  gifOf,
  jpegSegment,
  manyScans,
  pngChunk,
  rawPng,
  resizedJpeg,
  webpOf,
} from '../../test/support/pictures/crafted-pictures.ts';
import { gif, landscape, photo, plain, png, webp } from '../../test/support/pictures.ts';
import { InvalidImage, TooCostly } from '../errors.ts';
import { inspect } from './inspect.ts';
import { stripMetadata } from './strip-metadata.ts';
import { extended, webpChunk } from '../../test/support/hostile/webp.ts';
import { hiddenScans, scanBomb } from '../../test/support/hostile/jpeg-scans.ts';

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

test('a GIF without a screen size passes, for the decoder to judge', () => {
  assert.equal(inspect(gifOf(0, 0)).format, 'gif');
});

for (const [name, make] of Object.entries(bombs)) {
  test(`refused: ${name}`, async () => {
    const bytes = await make();
    assert.throws(() => inspect(bytes), InvalidImage);
  });
}

test('51 megapixels pass, one row more does not', async () => {
  const jpeg = await photo();
  assert.equal(inspect(resizedJpeg(jpeg, 10_000, 5100)).height, 5100);
  assert.throws(() => inspect(resizedJpeg(jpeg, 10_000, 5101)), InvalidImage);
  assert.equal(inspect(webpOf(10_000, 5100)).height, 5100);
  assert.equal(inspect(gifOf(10_000, 5100)).height, 5100);
});

test('what phones make of 50 megapixels passes', async () => {
  const jpeg = await photo();
  for (const width of [8160, 8192]) {
    assert.equal(inspect(resizedJpeg(jpeg, width, 6144)).width, width);
    assert.equal(inspect(resizedJpeg(jpeg, 6144, width)).height, width);
  }
});

test('the memory limit applies only to what must be decoded as a whole', async () => {
  const png = (interlaced: boolean) =>
    rawPng({ width: 2000, height: 2000, depth: 16, colourType: 6, interlaced }, Buffer.alloc(9));
  assert.equal(inspect(png(false)).decodeBytes, 0);
  assert.equal(inspect(png(true)).decodeBytes, 32_000_000);
  const jpeg = async (progressive: boolean) =>
    resizedJpeg(await plain('#888').jpeg({ progressive }).toBuffer(), 1000, 1000);
  assert.equal(inspect(await jpeg(false)).decodeBytes, 0);
  assert.equal(inspect(await jpeg(true)).decodeBytes, 3_000_000, 'quarter-size chroma');
});

test('of a WebP a square is cut up to 34 megapixels, since it is then decoded as a whole', () => {
  assert.equal(inspect(webpOf(8500, 4000), { cut: true }).width, 8500);
  assert.throws(() => inspect(webpOf(8501, 4000), { cut: true }), InvalidImage);
  assert.equal(inspect(webpOf(8501, 4000)).width, 8501);
  assert.equal(inspect(gifOf(10_000, 5100), { cut: true }).width, 10_000);
});

test('a picture that costs too much is refused in words for people', async () => {
  const plain = (bytes: Buffer) => {
    try {
      inspect(bytes);
    } catch (error) {
      assert.ok(error instanceof TooCostly && error instanceof InvalidImage);
      return error.plain;
    }
    return assert.fail('it was taken');
  };
  assert.equal(
    plain(resizedJpeg(await photo(), 10_000, 5101)),
    'This picture is too large to process here: it has 51.1 megapixels, and the limit is 51. Please choose a smaller one.',
  );
  const header = { width: 7000, height: 7000, depth: 16, colourType: 6, interlaced: true };
  assert.equal(
    plain(rawPng(header, Buffer.alloc(9))),
    'This picture is too large to process here: decoding it needs too much memory. Please choose a smaller one.',
  );
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
  // The tables of the second scan come before the comment, so it is still the same picture.
  assert.throws(() => inspect(Buffer.concat(hidden)), InvalidImage);
});

test('bytes that only look like scans are not counted', async () => {
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

test('what costs time beside its pixels is left to the limit of processor time', () => {
  const png = (width: number, height: number, rest: object, ...chunks: Buffer[]) =>
    rawPng({ width, height, depth: 8, colourType: 6, ...rest }, Buffer.alloc(9), ...chunks);
  const profile = pngChunk('iCCP', Buffer.from('p\0\0'));
  const taken = [
    png(10_000, 5100, {}, profile),
    png(10_000, 5100, { interlaced: true }, profile),
    png(10_000, 5100, { depth: 16 }, profile),
    scanBomb(64, 10_000, 5100),
    extended(0x02, 10_000, 5100, [Buffer.alloc(9)]),
  ];
  for (const [n, bytes] of taken.entries()) assert.ok(inspect(bytes).width > 0, String(n));
});

test('scans are counted behind bytes that only look like a segment', () => {
  assert.throws(() => inspect(hiddenScans(1, 64, 64)), InvalidImage);
});

test('more than 20,000 segments or chunks are refused', async () => {
  const comment = jpegSegment(0xfe, Buffer.alloc(0));
  const jpeg = (count: number) =>
    photo(SIZE).then((bytes) => afterSoi(bytes, Buffer.alloc(4 * count, comment)));
  assert.equal(inspect(await jpeg(19_900)).width, 70);
  assert.throws(() => inspect(Buffer.alloc(0)), InvalidImage);
  const many = await jpeg(20_000);
  assert.throws(() => inspect(many), InvalidImage);
  const text = pngChunk('tEXt', Buffer.alloc(0));
  const picture = await png(SIZE);
  assert.equal(inspect(afterIhdr(picture, Buffer.alloc(12 * 19_900, text))).width, 70);
  assert.throws(() => inspect(afterIhdr(picture, Buffer.alloc(12 * 20_000, text))), InvalidImage);
  const chunks = (count: number) =>
    extended(0, 70, 50, [Buffer.alloc(8 * count, webpChunk('teSt', Buffer.alloc(0)))]);
  assert.ok((await stripMetadata(chunks(19_900), 'webp')).length < 100);
  await assert.rejects(stripMetadata(chunks(20_000), 'webp'), InvalidImage);
});

test('a PNG that inflates to far more than its pixels is refused, a large one is not', async () => {
  const header = { width: 64, height: 64, depth: 8, colourType: 2 };
  await assert.rejects(
    stripMetadata(rawPng(header, deflatedZeros(1_000_000, 1100)), 'png'),
    InvalidImage,
  );
  const noise = await (await landscape({ width: 900, height: 700, noise: 60 })).png().toBuffer();
  assert.ok(noise.length > 1_000_000, 'large enough to be checked');
  assert.ok((await stripMetadata(noise, 'png')).length > 1_000_000);
});

test('files that are not pictures, and other kinds of pictures, are refused', async () => {
  const avif = Buffer.from('\0\0\0\x20ftypavif\0\0\0\0avifmif1', 'latin1');
  const files = {
    empty: Buffer.alloc(0),
    text: Buffer.from('Hello, this is not a picture at all, however long it may be.'),
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
