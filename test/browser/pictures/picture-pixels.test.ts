import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { becomes, settled } from '../../support/awaited.ts';
import {
  choosePicture,
  onAccount,
  previewed,
  uploadFramed,
} from '../../support/browser/picture-dialog.ts';
import { openSite } from '../../support/site.ts';

const site = await openSite();

interface Cells {
  width: number;
  height: number;
  /** EXIF orientation */
  orientation?: number;
  /** grain adds bytes, so that the browser shrinks it */
  grain?: boolean;
  format: 'jpeg' | 'png' | 'webp';
}

const COLUMNS = 12;
const ROWS = 9;

/** Cells whose colours encode column and row, so that any shift, rotation or mirroring is visible. */
async function cells({ width, height, orientation, grain, format }: Cells): Promise<Buffer> {
  const data = Buffer.alloc(width * height * 3);
  let seed = 1;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [column, row] = [Math.floor((x * COLUMNS) / width), Math.floor((y * ROWS) / height)];
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      const noise = grain ? ((seed >> 16) % 41) - 20 : 0;
      const at = (y * width + x) * 3;
      data[at] = 40 + column * 16 + noise;
      data[at + 1] = 40 + row * 20 + noise;
      data[at + 2] = ((column + row) % 2) * 150 + 50 + noise;
    }
  }
  const picture = sharp(data, { raw: { width, height, channels: 3 } });
  if (orientation) picture.withMetadata({ orientation });
  return picture.toFormat(format, { quality: 95 }).toBuffer();
}

/** The mean difference of a byte, and its 99th percentile. */
async function compared(stored: Buffer, shown: Buffer): Promise<{ mean: number; worst: number }> {
  const [a, b] = await Promise.all(
    [stored, shown].map((one) => sharp(one).removeAlpha().resize(150, 150).raw().toBuffer()),
  );
  const off = Array.from(a!, (value, index) => Math.abs(value - b![index]!)).toSorted(
    (one, other) => one - other,
  );
  const mean = off.reduce((sum, value) => sum + value, 0) / off.length;
  return { mean, worst: off[Math.floor(off.length * 0.99)]! };
}

const press = async (page: Page, ...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
const times = (key: string, count: number) => Array<string>(count).fill(key);
/** Zoomed in by 1.77, and moved in both directions. */
const AWAY = [...times('+', 6), ...times('Shift+ArrowRight', 2), ...times('Shift+ArrowDown', 3)];

for (const [name, picture, keys] of [
  ['a plain picture', { width: 640, height: 480, format: 'jpeg' }, AWAY],
  ['its middle', { width: 640, height: 480, format: 'png' }, []],
  ['one that EXIF turns', { width: 640, height: 480, orientation: 6, format: 'jpeg' }, AWAY],
  ['one that EXIF mirrors', { width: 640, height: 480, orientation: 5, format: 'jpeg' }, AWAY],
  ['one turned by a quarter', { width: 640, height: 480, format: 'png' }, [...AWAY, 'r']],
  [
    'one turned by three quarters',
    { width: 480, height: 640, format: 'webp' },
    [...AWAY, 'r', 'r', 'r'],
  ],
  [
    'one turned by EXIF and by hand',
    { width: 640, height: 480, orientation: 8, format: 'jpeg' },
    [...AWAY, 'r', 'ArrowLeft'],
  ],
  [
    'a large one, sent whole and smaller',
    { width: 2400, height: 1800, grain: true, format: 'jpeg' },
    // Not at an edge: a frame at 0 is at 0 in any scale.
    ['+', '+', '+', 'Shift+ArrowRight', 'Shift+ArrowDown', 'r'],
  ],
  [
    'a large one, cut since so little of it is framed',
    { width: 2400, height: 1800, grain: true, orientation: 3, format: 'jpeg' },
    [...AWAY, ...times('+', 6), 'r'],
  ],
  ['a small one, enlarged', { width: 120, height: 90, format: 'png' }, AWAY],
] as [string, Cells, string[]][]) {
  test(`the stored picture is what the frame shows: ${name}`, async () => {
    await onAccount(site, async (page) => {
      await choosePicture(page, await cells(picture));
      await press(page, ...keys);
      // After two frames everything is drawn.
      await settled(page);
      const shown = await previewed(page);
      const stored = await uploadFramed(page);
      const { width, height } = await sharp(stored).metadata();
      assert.deepEqual([width, height], [300, 300]);
      const { mean, worst } = await compared(stored, shown);
      // Browsers and the server enlarge differently: from 51 pixels to 300 the edges of cells are soft.
      const soft = picture.width < 300 ? 2 : 1;
      assert.ok(mean < 4 * soft && worst < 45 * soft, `mean ${mean}, worst hundredth ${worst}`);
    });
  });
}

test('a transparent picture is shown and stored on white', async () => {
  await onAccount(site, async (page) => {
    const ground = { width: 200, height: 200, channels: 4 as const, background: '#0000' };
    await choosePicture(page, await sharp({ create: ground }).png().toBuffer());
    const white = async (picture: Buffer) => {
      const { channels } = await sharp(picture).stats();
      return channels.slice(0, 3).every(({ min }) => min >= 254);
    };
    await becomes(async () => white(await previewed(page)), true);
    assert.equal(await white(await uploadFramed(page)), true);
  });
});
