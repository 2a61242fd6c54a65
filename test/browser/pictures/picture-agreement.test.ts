import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { exifOf } from '../../../src/images/exif.ts';
import { settled } from '../../support/awaited.ts';
import { framedGif } from '../../support/pictures/framed-gif.ts';
import {
  jpegWith,
  longExif,
  pngThatMoves,
  pngWithLateExif,
} from '../../support/pictures/oriented-files.ts';
import {
  choosePicture,
  onAccount,
  previewed,
  uploadFramed,
} from '../../support/browser/picture-dialog.ts';
import { plain, QUADRANTS, quadrants } from '../../support/pictures.ts';
import { openSite } from '../../support/site.ts';

const site = await openSite();

const still = () => quadrants(160, 120);
const grey = (colour: string) => plain(colour, { width: 160, height: 120 }).png().toBuffer();

/** Small files that a browser and the server may see differently. */
const FILES: Record<string, () => Promise<Buffer>> = {
  'a WebP that EXIF turns': () =>
    still().withMetadata({ orientation: 6 }).webp({ lossless: true }).toBuffer(),
  'a PNG that EXIF turns': () => still().withMetadata({ orientation: 8 }).png().toBuffer(),
  'a PNG whose EXIF stands behind its pixels': async () =>
    pngWithLateExif(await still().png().toBuffer(), exifOf(6)),
  'a JPEG whose orientation is typed LONG': async () =>
    jpegWith(await still().jpeg({ quality: 95 }).toBuffer(), longExif(6)),
  'a JPEG with two blocks of EXIF': async () =>
    jpegWith(jpegWith(await still().jpeg({ quality: 95 }).toBuffer(), exifOf(3)), exifOf(6)),
  'a JPEG without its last marker': async () =>
    (await still().jpeg({ quality: 95 }).toBuffer()).subarray(0, -2),
  'a GIF whose first frame is smaller than its screen': async () =>
    framedGif({ width: 160, height: 120 }, [{ left: 40, top: 20, width: 60, height: 60 }]),
  'a GIF whose first frame reaches beyond its screen': async () =>
    framedGif({ width: 100, height: 80 }, [{ left: 46, top: 36, width: 90, height: 90 }]),
  'a PNG that moves, and whose first frame is not its default picture': async () =>
    pngThatMoves(await still().png().toBuffer(), await grey('#208040')),
};

/** The colours of the quadrants' middles, each the nearest of those that the files have. */
async function colours(picture: Buffer): Promise<string[]> {
  const { data, info } = await sharp(picture)
    .flatten({ background: '#fff' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const known = [...QUADRANTS, '#ffffff', '#2060a0', '#208040'];
  return [0.25, 0.75].flatMap((y) =>
    [0.25, 0.75].map((x) => {
      const at =
        (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
      const off = (colour: string) =>
        [0, 1, 2].reduce((sum, n) => {
          const wanted = Number.parseInt(colour.slice(1 + 2 * n, 3 + 2 * n), 16);
          return sum + Math.abs(wanted - data[at + n]!);
        }, 0);
      return known.toSorted((a, b) => off(a) - off(b))[0]!;
    }),
  );
}

for (const [name, make] of Object.entries(FILES)) {
  test(`what is previewed is what is stored: ${name}`, async () => {
    await onAccount(site, async (page) => {
      for (const keys of [[], ['+', '+', 'Shift+ArrowRight', 'Shift+ArrowDown', 'r']]) {
        await page.goto('/account');
        await choosePicture(page, await make());
        for (const key of keys) await page.keyboard.press(key);
        await settled(page);
        const shown = await colours(await previewed(page));
        assert.deepEqual(await colours(await uploadFramed(page)), shown, keys.join(' '));
      }
    });
  });
}
