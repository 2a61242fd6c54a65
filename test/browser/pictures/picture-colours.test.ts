import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { borrowBrowser } from '../../support/browser/browser.ts';
import {
  chrm,
  cicp,
  gama,
  iccp,
  PATCHES,
  patches,
  POINTS,
  srgb,
  type Kind,
} from '../../support/pictures/coloured-png.ts';
import { imagePool } from '../../support/pictures/image-pool.ts';
import { pixelsOf } from '../../support/pictures/pixels.ts';

const SIZE = 300;
const pool = imagePool();
const { browser, giveBack } = await borrowBrowser();
after(giveBack);
const page = await browser.newPage();

/** Red, green and blue in the middle of each patch of a square picture of three bytes a pixel. */
function middles(side: number, data: ArrayLike<number>): number[][] {
  const centre = (n: number) => Math.floor(((n + 0.5) * side) / PATCHES);
  return Array.from({ length: PATCHES ** 2 }, (_, n) => {
    const at = 3 * (centre(Math.floor(n / PATCHES)) * side + centre(n % PATCHES));
    return [data[at]!, data[at + 1]!, data[at + 2]!];
  });
}

async function stored(png: Buffer): Promise<number[][]> {
  const [jpeg] = await pool.render(png, [{ size: SIZE, format: 'jpeg', quality: 100 }]);
  return middles(SIZE, (await pixelsOf(jpeg!)).data);
}

/** The same for what the browser shows, on white. */
async function shown(page: Page, png: Buffer): Promise<number[][]> {
  const pixels = await page.evaluate<number[]>(`(async () => {
    const bytes = Uint8Array.fromBase64('${png.toString('base64')}');
    const picture = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, picture.width, picture.height);
    context.drawImage(picture, 0, 0);
    const { data } = context.getImageData(0, 0, picture.width, picture.height);
    return [...data].filter((_, at) => at % 4 !== 3);
  })()`);
  return middles(Math.sqrt(pixels.length / 3), pixels);
}

/** Allowed difference of a channel, of 255: rounding, and the JPEG. */
const TOLERANCE = 3;

const profile = await iccp();
const { p3, adobe, wide } = POINTS;
const cases: [name: string, kind: Kind, chunks: Buffer[], late?: Buffer[]][] = [
  ['nothing at all', 'rgb8', []],
  ['gAMA of 1', 'rgb8', [gama(100_000)]],
  ['gAMA of 1, 16 bits', 'rgb16', [gama(100_000)]],
  ['gAMA of an old Macintosh, transparent', 'rgba8', [gama(55_556)]],
  ['gAMA of 1, transparent, 16 bits', 'rgba16', [gama(100_000)]],
  ['gAMA of 1, grey', 'grey8', [gama(100_000)]],
  ['gAMA of 1, grey, 16 bits', 'grey16', [gama(100_000), chrm(...p3)]],
  ['gAMA of 1, palette', 'palette', [gama(100_000)]],
  ['gAMA of 1 behind the palette', 'palette', [], [gama(100_000)]],
  ['gAMA of an old Macintosh', 'rgb8', [gama(55_556)]],
  ['gAMA that means sRGB', 'rgb8', [gama(45_455)]],
  ['gAMA and sRGB', 'rgb8', [gama(100_000), srgb()]],
  ['gAMA of nothing', 'rgb8', [gama(0)]],
  ['two gAMA', 'rgb8', [gama(55_556), gama(100_000)]],
  [
    'gAMA and cHRM of sRGB, as ImageMagick writes them',
    'rgb8',
    [gama(45_455), chrm(...POINTS.srgb)],
  ],
  ['gAMA and cHRM of P3', 'rgb8', [gama(45_455), chrm(...p3)]],
  ['gAMA and cHRM of Adobe RGB', 'rgb16', [gama(45_455), chrm(...adobe)]],
  ['gAMA and cHRM of another white', 'rgb8', [chrm(...wide), gama(55_556)]],
  ['cHRM alone', 'rgb8', [chrm(...p3)]],
  ['gAMA and cHRM of nothing', 'rgb8', [gama(100_000), chrm(...Array<number>(8).fill(0))]],
  ['iCCP', 'rgb8', [profile]],
  ['iCCP, palette', 'palette', [profile]],
  ['iCCP behind the palette', 'palette', [], [profile]],
  ['iCCP and gAMA', 'rgb8', [gama(100_000), profile]],
  ['cICP of P3', 'rgb8', [cicp(12, 13, 0, 1)]],
  ['cICP of P3, 16 bits', 'rgb16', [cicp(12, 13, 0, 1)]],
  ['cICP of sRGB and iCCP', 'rgb8', [profile, cicp(1, 13, 0, 1)]],
  ['cICP of P3, iCCP and gAMA', 'rgb8', [gama(100_000), cicp(12, 13, 0, 1), profile]],
  ['cICP of BT.2020', 'rgb8', [cicp(9, 14, 0, 1)]],
  ['cICP of BT.709', 'rgb8', [cicp(1, 1, 0, 1)]],
  ['cICP of light', 'rgb16', [cicp(1, 8, 0, 1)]],
  ['cICP of narrow range', 'rgb8', [cicp(12, 13, 0, 0)]],
  ['cICP of no meaning and gAMA', 'rgb8', [cicp(200, 200, 0, 1), gama(100_000)]],
  ['cICP of PQ', 'rgb8', [cicp(9, 16, 0, 1)]],
  ['cICP of PQ, 16 bits', 'rgb16', [cicp(9, 16, 0, 1)]],
  ['cICP of PQ, P3', 'rgb8', [cicp(12, 16, 0, 1)]],
  ['cICP of PQ, transparent', 'rgba16', [cicp(9, 16, 0, 1)]],
  ['cICP of PQ, grey', 'grey8', [cicp(9, 16, 0, 1)]],
  ['cICP of HLG', 'rgb8', [cicp(9, 18, 0, 1)]],
  ['cICP of HLG, 16 bits', 'rgb16', [cicp(9, 18, 0, 1)]],
];

for (const [name, kind, chunks, late] of cases) {
  test(`a PNG is stored in the colours that a browser shows: ${name}`, async () => {
    const png = patches(kind, chunks, late);
    const [ours, theirs] = [await stored(png), await shown(page, png)];
    for (const [n, colour] of theirs.entries()) {
      const off = colour.map((value, channel) => Math.abs(value - ours[n]![channel]!));
      const what = `patch ${n}: ${ours[n]!.join()} is stored, ${colour.join()} shown`;
      assert.ok(Math.max(...off) <= TOLERANCE, what);
    }
  });
}
