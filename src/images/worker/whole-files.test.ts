import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { afterSoi, findSegment, gifOf } from '../../../test/support/pictures/crafted-pictures.ts';
import { framedGif } from '../../../test/support/pictures/framed-gif.ts';
import { imagePool, RENDITIONS } from '../../../test/support/pictures/image-pool.ts';
import { gif, landscape, photo, plain, png, webp } from '../../../test/support/pictures.ts';
import { difference, pixelsOf } from '../../../test/support/pictures/pixels.ts';
import { InvalidImage } from '../../errors.ts';

const pool = imagePool();
const SIZE = { width: 240, height: 180, noise: 20 };

const stored = async (upload: Buffer) => (await pool.render(Buffer.from(upload), RENDITIONS))[0]!;
const refused = (upload: Buffer) => assert.rejects(pool.render(upload, RENDITIONS), InvalidImage);

/** What is taken from both is the same picture. */
async function alike(upload: Buffer, other: Buffer): Promise<void> {
  const [one, two] = await Promise.all([upload, other].map(stored));
  assert.equal(difference(await pixelsOf(one!), await pixelsOf(two!)), 0);
}

test('bytes after the end of a picture are accepted', async () => {
  const noise = await (await landscape({ width: 700, height: 500, noise: 90 })).raw().toBuffer();
  const chunks = Buffer.alloc(12 * 30_000, Buffer.from('\0\0\0\0tEXt\0\0\0\0', 'latin1'));
  for (const picture of [await photo(SIZE), await png(SIZE), await gif(SIZE), await webp(SIZE)]) {
    for (const tail of [Buffer.alloc(1000), Buffer.alloc(1_000_000), noise, chunks]) {
      await alike(Buffer.concat([picture, tail]), picture);
    }
  }
});

test('a JPEG that lacks only its last marker is whole; one that lacks more is refused', async () => {
  const picture = await landscape(SIZE);
  for (const jpeg of [
    await photo(SIZE),
    await picture.clone().jpeg({ progressive: true }).toBuffer(),
    await picture.clone().jpeg({ chromaSubsampling: '4:4:4' }).toBuffer(),
    await picture.clone().toColourspace('b-w').jpeg().toBuffer(),
  ]) {
    await alike(jpeg.subarray(0, -2), jpeg);
    await alike(jpeg.subarray(0, -1), jpeg);
    await refused(jpeg.subarray(0, Math.floor(jpeg.length * 0.8)));
    await refused(jpeg.subarray(0, findSegment(jpeg, 0xda)));
  }
});

test('a comment that says it is shorter than its own length is read as libjpeg reads it', async () => {
  const jpeg = await photo(SIZE);
  for (const length of [0, 1]) {
    const comment = Buffer.from([0xff, 0xfe, 0, length]);
    await alike(afterSoi(jpeg, comment), jpeg);
    // Decoders skip what follows it, like any other bytes between two segments.
    await alike(afterSoi(jpeg, comment, Buffer.from('\0text')), jpeg);
  }
  const tables = Buffer.from(jpeg);
  tables.writeUInt16BE(1, findSegment(jpeg, 0xc4) + 2);
  await refused(tables);
});

test('the smallest WebP files are pictures', async () => {
  const lossless = await plain('#c85028', { width: 1, height: 1 })
    .webp({ lossless: true })
    .toBuffer();
  assert.ok(lossless.length < 40);
  await alike(lossless, await plain('#c85028', { width: 1, height: 1 }).png().toBuffer());
  // A transparent pixel, by hand: each of its five codes has one symbol, which takes no bit.
  const smallest = Buffer.from(
    'RIFF\x14\0\0\0WEBPVP8L\x08\0\0\0\x2f\0\0\0\x10\x88\x88\x08',
    'latin1',
  );
  assert.equal(smallest.length, 28);
  await alike(smallest, await plain('#fff', { width: 1, height: 1 }).png().toBuffer());
  for (const length of [12, 20, 24, 27]) await refused(smallest.subarray(0, length));
});

/** Whether each corner and the middle of what is stored is white. */
async function whites(upload: Buffer): Promise<boolean[]> {
  const { data, width } = await pixelsOf(await stored(upload));
  return [
    [4, 4],
    [295, 4],
    [4, 295],
    [295, 295],
    [150, 150],
  ].map(([x, y]) =>
    data
      .subarray(3 * (y! * width + x!))
      .subarray(0, 3)
      .every((value) => value > 250),
  );
}

test('what the first frame of a GIF leaves of its screen is white, as viewers show it', async () => {
  const screen = { width: 40, height: 40 };
  const middle = { left: 12, top: 12, width: 16, height: 16 };
  const corner = { left: 0, top: 0, width: 25, height: 25 };
  const right = { left: 10, top: 0, width: 30, height: 40 };
  const all = { left: 0, top: 0, width: 40, height: 40 };
  const W = true;
  for (const [frames, expected] of [
    [[middle], [W, W, W, W, false]],
    [[corner], [false, W, W, W, false]],
    [[right], [W, false, W, false, false]],
    [[all], [false, false, false, false, false]],
    // Later frames are not looked at.
    [
      [middle, all],
      [W, W, W, W, false],
    ],
    [
      [middle, middle],
      [W, W, W, W, false],
    ],
    [
      [all, middle],
      [false, false, false, false, false],
    ],
  ] as const) {
    assert.deepEqual(await whites(framedGif(screen, frames)), expected, JSON.stringify(frames));
    assert.deepEqual(await whites(framedGif(screen, frames, { local: true })), expected);
    assert.deepEqual(await whites(framedGif(screen, frames, { comment: true })), expected);
  }
  assert.equal((await sharp(framedGif(screen, [middle])).metadata()).hasAlpha, false);
});

test('a GIF that ends within its first frame is refused, whatever it leaves empty', async () => {
  const whole = framedGif({ width: 40, height: 40 }, [{ left: 0, top: 0, width: 20, height: 20 }]);
  await refused(whole.subarray(0, -6));
  await refused(whole.subarray(0, 15));
  await refused(gifOf(40, 40).subarray(0, -4));
});
