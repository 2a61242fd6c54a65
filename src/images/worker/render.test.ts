import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import {
  afterIhdr,
  afterSoi,
  burdens,
  findSegment,
  jpegSegment,
  pngChunk,
  rawPng,
} from '../../../test/support/pictures/crafted-pictures.ts';
import {
  gif,
  landscape,
  photo,
  plain,
  png,
  QUADRANTS,
  quadrants,
  webp,
} from '../../../test/support/pictures.ts';
import {
  pool,
  hex,
  colours,
  near,
  isPlain,
  refused,
} from '../../../test/support/pictures/rendered-colours.ts';

test('the files have the requested sizes, formats and order, and no metadata', async () => {
  const upload = await (
    await landscape()
  )
    .withExif({ IFD0: { Copyright: 'someone', ImageDescription: '<script>' } })
    .jpeg()
    .toBuffer();
  const commented = afterSoi(upload, jpegSegment(0xfe, Buffer.from('<script>alert(1)</script>')));
  const files = await pool.render(commented, [
    { size: 64, format: 'webp', quality: 80 },
    { size: 300, format: 'jpeg', quality: 85 },
    { size: 128, format: 'webp', quality: 80 },
  ]);
  const all = await Promise.all(files.map((file) => sharp(file).metadata()));
  assert.deepEqual(
    all.map(
      ({ format, width, height, channels, space, exif, icc, xmp, orientation, comments }) => ({
        shape: [format, width, height, channels, space],
        metadata: [exif, icc, xmp, orientation, comments].filter((part) => part !== undefined),
      }),
    ),
    [
      { shape: ['webp', 64, 64, 3, 'srgb'], metadata: [] },
      { shape: ['jpeg', 300, 300, 3, 'srgb'], metadata: [] },
      { shape: ['webp', 128, 128, 3, 'srgb'], metadata: [] },
    ],
  );
  for (const file of files) assert.ok(!file.includes('<script>'));
});

// Which stored quadrant is seen top left, top right, bottom left and bottom right.
const UPRIGHT: Record<number, [number, number, number, number]> = {
  1: [0, 1, 2, 3],
  2: [1, 0, 3, 2],
  3: [3, 2, 1, 0],
  4: [2, 3, 0, 1],
  5: [0, 2, 1, 3],
  6: [2, 0, 3, 1],
  7: [3, 1, 2, 0],
  8: [1, 3, 0, 2],
};
for (const [orientation, order] of Object.entries(UPRIGHT)) {
  test(`orientation ${orientation} is applied`, async () => {
    const upload = quadrants().withMetadata({ orientation: Number(orientation) });
    const seen = await colours(await upload.jpeg({ chromaSubsampling: '4:4:4' }).toBuffer());
    order.forEach((quadrant, i) => near(seen[i], hex(QUADRANTS[quadrant]!)));
  });
}

test('orientation is applied in PNG and WebP too', async () => {
  for (const upload of [
    await quadrants().withMetadata({ orientation: 6 }).png().toBuffer(),
    await quadrants().withMetadata({ orientation: 6 }).webp({ lossless: true }).toBuffer(),
  ]) {
    assert.equal((await sharp(upload).metadata()).orientation, 6);
    const seen = await colours(upload);
    UPRIGHT[6]!.forEach((quadrant, i) => near(seen[i], hex(QUADRANTS[quadrant]!)));
  }
});

test('the middle of a wide and of a tall picture is kept', async () => {
  for (const [width, height] of [
    [900, 300],
    [300, 900],
  ] as const) {
    const middle = { left: (width - 300) / 2, top: (height - 300) / 2 };
    const patch = { create: { width: 300, height: 300, channels: 3 as const, background: '#08f' } };
    const upload = plain('#f00', { width, height }).composite([{ input: patch, ...middle }]);
    await isPlain(await upload.png().toBuffer(), '#0088ff');
  }
});

test('small pictures are enlarged, and one pixel wide ones too', async () => {
  for (const [width, height] of [
    [1, 1],
    [3, 2],
    [1, 65_535],
    [65_535, 1],
  ] as const) {
    await isPlain(await plain('#0a3c78', { width, height }).png().toBuffer(), '#0a3c78');
  }
});

test('transparency becomes white', async () => {
  await isPlain(await plain('#00000000').png().toBuffer(), '#ffffff', 0);
  await isPlain(await plain('#ff000000').webp({ lossless: true }).toBuffer(), '#ffffff', 0);
  await isPlain(await plain('#00000000').gif().toBuffer(), '#ffffff', 0);
  await isPlain(await plain('#ff000080').png().toBuffer(), '#ff7f7f');
  const deep = await plain('#00000000').toColourspace('rgb16').png().toBuffer();
  assert.equal((await sharp(deep).metadata()).depth, 'ushort');
  await isPlain(deep, '#ffffff', 0);
});

test('palettes, with a transparent entry too', async () => {
  const palette = pngChunk('PLTE', Buffer.from([200, 40, 60, 10, 20, 30]));
  const transparent = pngChunk('tRNS', Buffer.from([255, 0]));
  const header = { width: 8, height: 8, depth: 1, colourType: 3 };
  const rows = (bits: number) =>
    deflateSync(Buffer.from(Array.from({ length: 8 }, () => [0, bits]).flat()));
  await isPlain(rawPng(header, rows(0x00), palette, transparent), '#c8283c');
  await isPlain(rawPng(header, rows(0xff), palette, transparent), '#ffffff', 0);
  await isPlain(rawPng(header, rows(0xff), palette), '#0a141e');
});

test('one bit, sixteen bits, grey, interlaced', async () => {
  const white = deflateSync(Buffer.from(Array.from({ length: 8 }, () => [0, 0xff]).flat()));
  await isPlain(rawPng({ width: 8, height: 8, depth: 1, colourType: 0 }, white), '#ffffff', 0);
  const grey = deflateSync(
    Buffer.from(Array.from({ length: 2 }, () => [0, 0x80, 0x12, 0x80, 0x12]).flat()),
  );
  await isPlain(rawPng({ width: 2, height: 2, depth: 16, colourType: 0 }, grey), '#808080');
  await isPlain(await plain('#336699').toColourspace('rgb16').png().toBuffer(), '#336699');
  await isPlain(await plain('#808080').toColourspace('b-w').jpeg().toBuffer(), '#808080');
  const seen = await colours(await quadrants().png({ progressive: true }).toBuffer());
  QUADRANTS.forEach((colour, i) => near(seen[i], hex(colour)));
});

test('CMYK is converted, with and without Adobe’s marker', async () => {
  const jpeg = await plain('#c04020').toColourspace('cmyk').jpeg().toBuffer();
  assert.equal((await sharp(jpeg).metadata()).space, 'cmyk');
  const mark = findSegment(jpeg, 0xee);
  const length = 2 + jpeg.readUInt16BE(mark + 2);
  const unmarked = Buffer.concat([jpeg.subarray(0, mark), jpeg.subarray(mark + length)]);
  // Orange as ink can show it. Both hold inverted values, as every program writes CMYK JPEGs.
  for (const upload of [jpeg, unmarked]) await isPlain(upload, '#c03804', 8);
});

test('wide-gamut colours become the same colours in sRGB', async () => {
  const colour = '#c85028';
  await isPlain(await plain(colour).withIccProfile('p3').png().toBuffer(), colour);
  const jpeg = plain(colour).flatten().withIccProfile('p3').jpeg({ quality: 100 });
  await isPlain(await jpeg.toBuffer(), colour);
  const deep = plain(colour).toColourspace('rgb16').withIccProfile('p3').png();
  await isPlain(await deep.toBuffer(), colour);
  const unmarked = plain(colour).toColourspace('rgb16').png();
  await isPlain(await unmarked.toBuffer(), colour);
});

test('a 16-bit picture with a profile keeps its colours when it is rotated upright', async () => {
  const picture = quadrants().toColourspace('rgb16').withMetadata({ orientation: 6 });
  const upload = await picture.withIccProfile('p3').png().toBuffer();
  const { depth, orientation, icc } = await sharp(upload).metadata();
  assert.ok(depth === 'ushort' && orientation === 6 && icc);
  const seen = await colours(upload);
  UPRIGHT[6]!.forEach((quadrant, i) => near(seen[i], hex(QUADRANTS[quadrant]!)));
});

test('a broken profile is ignored', async () => {
  const text = Buffer.from('not a profile');
  const profile = Buffer.concat([Buffer.from('x\0\0'), deflateSync(text)]);
  const upload = await plain('#336699').png().toBuffer();
  await isPlain(afterIhdr(upload, pngChunk('iCCP', profile)), '#336699');
});

test('of an animation, the first frame is shown', async () => {
  const frames = (colours: string[]) =>
    Buffer.concat(colours.map((c) => Buffer.alloc(20 * 20 * 3, Buffer.from(hex(c)))));
  const animation = () =>
    sharp(frames(['#00c850', '#c80000', '#0000c8']), {
      raw: { width: 20, height: 60, channels: 3, pageHeight: 20 },
    });
  const all = [
    await animation().gif().toBuffer(),
    await animation().webp({ lossless: true }).toBuffer(),
  ];
  for (const upload of all) {
    assert.equal((await sharp(upload).metadata()).pages, 3);
    await isPlain(upload, '#00c850');
  }
});

test('of an animated PNG, the default picture is shown', async () => {
  const upload = await plain('#00c850').png().toBuffer();
  const control = pngChunk('acTL', Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]));
  await isPlain(afterIhdr(upload, control), '#00c850');
});

for (const [name, make] of Object.entries(burdens)) {
  test(`taken: ${name}`, async () => {
    await isPlain(await make(), '#ffffff', 0);
  });
}

test('junk after the end and before a segment is accepted', async () => {
  const jpeg = await plain('#336699').jpeg().toBuffer();
  const frame = findSegment(jpeg, 0xc0);
  const junk = Buffer.from([0, 1, 2, 3]);
  await isPlain(Buffer.concat([jpeg.subarray(0, frame), junk, jpeg.subarray(frame)]), '#336699');
  await isPlain(Buffer.concat([jpeg, Buffer.alloc(5000, 'x')]), '#336699');
});

test('a truncated picture is refused', async () => {
  const size = { width: 160, height: 120 };
  for (const upload of [await photo(size), await png(size), await gif(size), await webp(size)]) {
    for (const part of [0.02, 0.3, 0.6, 0.9]) {
      await refused(upload.subarray(0, Math.floor(upload.length * part)));
    }
  }
});

test('what the decoder cannot scale is refused, and so is a file that is not a picture', async () => {
  const header = { width: 1, height: 1_000_000, depth: 8, colourType: 0 };
  await refused(rawPng(header, deflateSync(Buffer.alloc(2_000_000))));
  await refused(Buffer.from('no picture'));
  await refused(Buffer.alloc(0));
  await refused(await plain('#fff').tiff().toBuffer());
  await refused(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'));
});

test('no worker was lost in these tests', () => {
  assert.equal(pool.stats().restarts, 0);
});
