import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import {
  afterIhdr,
  afterSoi,
  jpegSegment,
  pngChunk,
} from '../../../test/support/pictures/crafted-pictures.ts';
import { imagePool } from '../../../test/support/pictures/image-pool.ts';
import { landscape, photo, plain, QUADRANTS, quadrants } from '../../../test/support/pictures.ts';
import { InvalidImage } from '../../errors.ts';
import { POST_VARIANTS } from '../../media/picture-variants.ts';

const pool = imagePool({ workers: 2 });

async function made(upload: Buffer) {
  const { files, size } = await pool.renderWhole(upload, POST_VARIANTS);
  const shapes = await Promise.all(
    files.map(async (file) => {
      const { format, width, height } = await sharp(file).metadata();
      return `${format} ${width} × ${height}`;
    }),
  );
  return { files, size, shapes };
}

/** Samples of the pixel at these parts of width and height. */
async function pixel(file: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
  const at = Math.floor(y * info.height) * info.width + Math.floor(x * info.width);
  return [...data.subarray(at * info.channels, (at + 1) * info.channels)];
}

const CORNERS = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

/** The colours of the quadrants as their most saturated neighbours, as `#ff0000`. */
async function corners(file: Buffer): Promise<string[]> {
  const found = await Promise.all(CORNERS.map(([x, y]) => pixel(file, x, y)));
  return found.map(
    (samples) =>
      `#${samples
        .slice(0, 3)
        .map((value) => (value > 127 ? 'ff' : '00'))
        .join('')}`,
  );
}

test('a large picture is shrunk to each longer side, whole and upright', async () => {
  const wide = await made(await photo({ width: 2400, height: 1200 }));
  assert.deepEqual(wide.shapes, [
    'webp 1920 × 960',
    'webp 960 × 480',
    'webp 480 × 240',
    'jpeg 960 × 480',
  ]);
  assert.deepEqual(wide.size, { width: 1920, height: 960 });
  const tall = await made(await photo({ width: 2400, height: 1200, orientation: 6 }));
  assert.deepEqual(tall.size, { width: 960, height: 1920 });
  assert.equal(tall.shapes[3], 'jpeg 480 × 960');
});

test('a small picture is never enlarged', async () => {
  const { shapes, size } = await made(await photo({ width: 600, height: 300 }));
  assert.deepEqual(shapes, [
    'webp 600 × 300',
    'webp 600 × 300',
    'webp 480 × 240',
    'jpeg 600 × 300',
  ]);
  assert.deepEqual(size, { width: 600, height: 300 });
  assert.deepEqual(
    (await made(await plain('#123456', { width: 1, height: 1 }).png().toBuffer())).size,
    {
      width: 1,
      height: 1,
    },
  );
});

test('every orientation of EXIF is applied', async () => {
  const upright = [...QUADRANTS];
  for (let orientation = 1; orientation <= 8; orientation++) {
    // What a decoder makes of the stored pixels is what a camera has turned the other way.
    const upload = await quadrants(400, 300)
      .jpeg({ quality: 95 })
      .withMetadata({ orientation })
      .toBuffer();
    const expected = await corners(await sharp(upload).autoOrient().png().toBuffer());
    const { files, size } = await made(upload);
    assert.deepEqual(
      size,
      orientation > 4 ? { width: 300, height: 400 } : { width: 400, height: 300 },
    );
    for (const file of files) assert.deepEqual(await corners(file), expected, String(orientation));
    if (orientation === 1) assert.deepEqual(expected, upright);
    else assert.notDeepEqual(expected, upright);
  }
});

test('transparency is kept in WebP and is white in the JPEG', async () => {
  const upload = await plain('#ff000000', { width: 700, height: 500 }).png().toBuffer();
  const { files } = await made(upload);
  for (const file of files.slice(0, 3)) assert.equal((await pixel(file, 0.5, 0.5))[3], 0);
  assert.deepEqual(await pixel(files[3] as Buffer, 0.5, 0.5), [255, 255, 255]);
});

const isLossless = (webp: Buffer) => webp.includes('VP8L');

test('a drawing is stored without loss, a photograph never', async () => {
  const drawing = quadrants(1200, 800);
  const [png, gif] = [await drawing.png().toBuffer(), await drawing.gif().toBuffer()];
  for (const upload of [png, gif]) {
    const { files } = await made(upload);
    assert.deepEqual(files.map(isLossless), [true, true, true, false]);
  }
  assert.deepEqual(await pixel((await made(png)).files[0] as Buffer, 0.25, 0.25), [255, 0, 0]);
  const grain = await landscape({ width: 800, height: 600, noise: 40 });
  assert.deepEqual((await made(await grain.png().toBuffer())).files.some(isLossless), false);
  const flat = await quadrants(800, 600).jpeg().toBuffer();
  assert.deepEqual((await made(flat)).files.some(isLossless), false);
});

test('no file holds metadata, a profile or a comment', async () => {
  const upload = await (
    await landscape({ width: 900, height: 700 })
  )
    .withExif({ IFD0: { Copyright: 'someone' }, IFD3: { GPSLatitude: '47/1 22/1 0/1' } })
    .withIccProfile('p3')
    .jpeg()
    .toBuffer();
  const commented = afterSoi(upload, jpegSegment(0xfe, Buffer.from('<script>alert(1)</script>')));
  for (const file of (await made(commented)).files) {
    const { exif, icc, xmp, iptc, orientation, comments } = await sharp(file).metadata();
    assert.deepEqual([exif, icc, xmp, iptc, orientation, comments].filter(Boolean), []);
    assert.ok(!file.includes('script') && !file.includes('someone'));
  }
});

/** A place, as programs write it into a picture: in EXIF, in XMP, and as text in a PNG. */
const PLACE = { IFD0: { Copyright: 'someone' }, IFD3: { GPSLatitude: '47/1 22/1 36/1' } };
const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="47,22.6N"/></rdf:RDF></x:xmpmeta>';
const TEXT = Buffer.from('Location\0 47.3767 N', 'latin1');
const TRACES = ['GPSLatitude', '47,22.6N', 'Location', '47.3767', 'someone', 'Exif', 'eXIf'];

for (const format of ['jpeg', 'png', 'webp'] as const) {
  test(`no file of a ${format} says where it was taken`, async () => {
    const picture = await landscape({ width: 900, height: 700 });
    const placed = await picture.withExif(PLACE).withXmp(XMP).toFormat(format).toBuffer();
    const upload = format === 'png' ? afterIhdr(placed, pngChunk('tEXt', TEXT)) : placed;
    const { exif, xmp } = await sharp(upload).metadata();
    // GPSLatitude's number, in either order of bytes.
    assert.ok(
      exif?.includes(Buffer.from([0, 2, 0, 5])) || exif?.includes(Buffer.from([2, 0, 5, 0])),
    );
    assert.ok(xmp?.includes('47,22.6N') && (format !== 'png' || upload.includes('47.3767')));
    const { files } = await made(upload);
    assert.equal(files.length, 4);
    for (const file of files) {
      const seen = await sharp(file).metadata();
      assert.deepEqual([seen.exif, seen.xmp, seen.iptc, seen.comments].filter(Boolean), []);
      for (const trace of TRACES) assert.ok(!file.includes(trace), trace);
    }
  });
}

test('the first frame of an animation is kept', async () => {
  const frames = await Promise.all(
    ['#ff0000', '#0000ff'].map((colour) =>
      plain(colour, { width: 600, height: 600 }).png().toBuffer(),
    ),
  );
  for (const format of ['gif', 'webp'] as const) {
    const animation = sharp(frames, { join: { animated: true } });
    const upload = await animation.toFormat(format, { loop: 0 }).toBuffer();
    const { files, size } = await made(upload);
    assert.deepEqual(size, { width: 600, height: 600 });
    const [red = 0, , blue = 0] = await pixel(files[3] as Buffer, 0.5, 0.5);
    assert.ok(red > 240 && blue < 20, format);
  }
});

test('a picture of 16 bits is stored as one of 8', async () => {
  const upload = await sharp(await photo({ width: 1000, height: 800 }))
    .toColourspace('rgb16')
    .png()
    .toBuffer();
  const { shapes } = await made(upload);
  assert.deepEqual(shapes[0], 'webp 1000 × 800');
});

test('what is not a picture is refused, and so is a broken one', async () => {
  const whole = await photo({ width: 900, height: 700 });
  for (const upload of [
    Buffer.from('<svg/>'),
    Buffer.alloc(0),
    whole.subarray(0, whole.length / 2),
  ]) {
    await assert.rejects(pool.renderWhole(upload, POST_VARIANTS), InvalidImage);
  }
});
