import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import sharp from 'sharp';
import { imagePool } from '../../test/support/pictures/image-pool.ts';
import { landscape, plain } from '../../test/support/pictures.ts';
import {
  cutOut,
  difference,
  oriented,
  pixelsOf,
  rotated,
  type Pixels,
} from '../../test/support/pictures/pixels.ts';
import { InvalidImage, ValidationError } from '../errors.ts';
import { ROTATIONS, type Crop } from './crop.ts';

const pool = imagePool({ workers: 2 });
/** Small, as there are more than a thousand crops; larger ones differ in time only. */
const SIZE = 100;
const SMALL_SIZE = 21;
const RENDITION = { size: SIZE, format: 'jpeg', quality: 100 } as const;

/**
 * Allowed difference of a byte after the JPEG. Shrinking before rotating rounds columns before
 * rows, a difference of 1, which quarter-size chroma turns into 6. Enlarging is exact.
 */
const TOLERANCE = { shrunk: 8, enlarged: 0 };

/** An upload in each format; a GIF has no orientation. */
async function upload(
  format: 'jpeg' | 'png' | 'webp' | 'gif',
  size: { width: number; height: number },
  orientation: number,
): Promise<Buffer> {
  const picture = await landscape({ ...size, noise: 20 });
  if (orientation > 1) picture.withMetadata({ orientation });
  return picture.toFormat(format).toBuffer();
}

/**
 * Squares: the largest one at both ends, one away from the edges, one at each edge and corner, and
 * a single pixel.
 */
function squares({ width, height }: { width: number; height: number }): Omit<Crop, 'rotation'>[] {
  const side = Math.min(width, height);
  const part = Math.floor(side / 3);
  const [right, bottom] = [width - part, height - part];
  return [
    { x: 0, y: 0, size: side },
    { x: width - side, y: height - side, size: side },
    { x: 7, y: 5, size: side - 11 },
    { x: 0, y: 0, size: part },
    { x: right, y: 0, size: part },
    { x: 0, y: bottom, size: part },
    { x: right, y: bottom, size: part },
    { x: width - 1, y: height - 1, size: 1 },
  ];
}

/** By the pixels of a square: eight orientations, each turned four times, show a picture in eight ways. */
const scaled = new Map<string, Promise<Pixels>>();

/** The square that the pool should return, built pixel by pixel. */
function expected(seen: Pixels, square: Omit<Crop, 'rotation'>): Promise<Pixels> {
  const cut = cutOut(seen, square);
  const key = hash('sha256', cut.data);
  const known = scaled.get(key) ?? scale(cut);
  scaled.set(key, known);
  return known;
}

async function scale({ width, height, data }: Pixels): Promise<Pixels> {
  const square = sharp(data, { raw: { width, height, channels: 3 } });
  const { quality } = RENDITION;
  return pixelsOf(
    await square.resize(SIZE, SIZE, { kernel: 'lanczos3' }).jpeg({ quality }).toBuffer(),
  );
}

async function assertCut(picture: Buffer, seen: Pixels, crop: Crop, what: string): Promise<void> {
  const [file] = await pool.render(picture, [RENDITION], crop);
  const tolerance = crop.size > SIZE ? TOLERANCE.shrunk : TOLERANCE.enlarged;
  const far = difference(await pixelsOf(file!), await expected(seen, crop));
  assert.ok(far <= tolerance, `${what} ${JSON.stringify(crop)}: ${far}`);
}

for (const [kind, size] of Object.entries({
  small: { width: 41, height: 27 },
  large: { width: 141, height: 110 },
})) {
  for (const format of ['jpeg', 'png', 'webp', 'gif'] as const) {
    for (const orientation of format === 'gif' ? [1] : [1, 2, 3, 4, 5, 6, 7, 8]) {
      test(`a square of a ${kind} ${format} of orientation ${orientation} is cropped to the pixel`, async () => {
        const picture = await upload(format, size, orientation);
        const upright = oriented(await pixelsOf(picture), orientation);
        for (const rotation of ROTATIONS) {
          const seen = rotated(upright, rotation);
          const some = kind === 'large' ? squares(seen).slice(0, 3) : squares(seen);
          for (const square of some) {
            await assertCut(picture, seen, { ...square, rotation }, format);
          }
        }
      });
    }
  }
}

test('a photo of 12 megapixels is cropped as exactly', async () => {
  const size = { width: 4000, height: 3000 };
  for (const format of ['jpeg', 'webp'] as const) {
    const picture = await upload(format, size, 6);
    const seen = rotated(oriented(await pixelsOf(picture), 6), 90);
    for (const square of [
      { x: 1001, y: 3, size: 2997 },
      { x: 3899, y: 2899, size: 101 },
    ]) {
      await assertCut(picture, seen, { ...square, rotation: 90 }, format);
    }
  }
});

test('16 bits, transparency and a profile look the same with and without a crop', async () => {
  const half = () => plain('#c8502880', { width: 400, height: 400 });
  const pictures = [
    await half().png().toBuffer(),
    await half().toColourspace('rgb16').withIccProfile('p3').png().toBuffer(),
    await half().flatten().withIccProfile('p3').jpeg({ quality: 100 }).toBuffer(),
    await half().flatten().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer(),
  ];
  for (const picture of pictures) {
    const [whole] = await pool.render(picture, [RENDITION]);
    for (const size of [350, 50]) {
      const [part] = await pool.render(picture, [RENDITION], { x: 9, y: 20, size, rotation: 90 });
      assert.ok(difference(await pixelsOf(whole!), await pixelsOf(part!)) <= 2, String(size));
    }
  }
});

test('the small files show the same square', async () => {
  const picture = await upload('png', { width: 300, height: 233 }, 1);
  const seen = rotated(await pixelsOf(picture), 270);
  const crop = { x: 10, y: 133, size: 160, rotation: 270 } as const;
  const files = await pool.render(picture, [RENDITION, { ...RENDITION, size: SMALL_SIZE }], crop);
  const [large, small] = await Promise.all(files.map(pixelsOf));
  const { data } = await expected(seen, crop);
  const shrunk = sharp(data, { raw: { width: SIZE, height: SIZE, channels: 3 } }).resize(
    SMALL_SIZE,
    SMALL_SIZE,
  );
  assert.equal(large!.width, SIZE);
  const reference = await pixelsOf(await shrunk.jpeg({ quality: 100 }).toBuffer());
  assert.ok(difference(small!, reference) <= TOLERANCE.shrunk);
});

test('a square outside the upright picture is an error in its fields, whatever the size of the stored picture', async () => {
  const picture = await upload('jpeg', { width: 120, height: 80 }, 6);
  const refused = async (crop: Crop) => {
    const error: unknown = await pool.render(picture, [RENDITION], crop).catch((e: unknown) => e);
    assert.ok(error instanceof ValidationError);
    return error.errors.map(({ loc, input, ctx }) => [loc[1], input, ctx?.['le']]);
  };
  // Upright, it is 80 wide and 120 high.
  const all = { x: 0, y: 0, size: 80, rotation: 0 } as const;
  assert.deepEqual(await refused({ ...all, x: 1 }), [['x', '1', 0]]);
  assert.deepEqual(await refused({ ...all, y: 41 }), [['y', '41', 40]]);
  assert.deepEqual(await refused({ ...all, size: 81 }), [['size', '81', 80]]);
  assert.deepEqual(await refused({ x: 79, y: 119, size: 2, rotation: 0 }), [
    ['x', '79', 78],
    ['y', '119', 118],
  ]);
  assert.deepEqual(await refused({ ...all, y: 1, rotation: 90 }), [['y', '1', 0]]);
  assert.deepEqual(await refused({ x: 5, y: 6, size: 50_000_000, rotation: 270 }), [
    ['x', '5', 0],
    ['y', '6', 0],
    ['size', '50000000', 80],
  ]);
});

test('a broken picture is invalid with any crop', async () => {
  const picture = await upload('png', { width: 400, height: 400 }, 1);
  for (const bytes of [picture.subarray(0, picture.length / 2), Buffer.from('no picture')]) {
    const crop = { x: 0, y: 0, size: 400, rotation: 0 } as const;
    await assert.rejects(pool.render(bytes, [RENDITION], crop), InvalidImage);
  }
});

test('no worker was lost in these tests', () => {
  assert.equal(pool.stats().restarts, 0);
});
