import { deflateSync } from 'node:zlib';
import { pngChunk, rawPng } from './crafted-pictures.ts';
import { plain } from '../pictures.ts';
import sharp from 'sharp';

/** Patches on each side, and pixels on each side of a patch. */
export const PATCHES = 4;
const SIDE = 12;

/** The samples of the patches, from 0 to 255: greys from dark to light, and various colours. */
const COLOURS = [0, 10, 30, 64, 100, 128, 180, 255]
  .map((grey) => [grey, grey, grey])
  .concat([
    [200, 80, 40],
    [40, 200, 80],
    [40, 80, 200],
    [255, 0, 0],
    [0, 255, 0],
    [150, 120, 90],
    [90, 150, 220],
    [230, 230, 120],
  ]);

export type Kind = 'rgb8' | 'rgb16' | 'rgba8' | 'rgba16' | 'grey8' | 'grey16' | 'palette';

/** How each kind writes a colour, and its numbers in the header. */
const KINDS: Record<Kind, { colourType: number; depth: number; samples: (n: number) => number[] }> =
  {
    rgb8: { colourType: 2, depth: 8, samples: (n) => COLOURS[n]! },
    rgb16: { colourType: 2, depth: 16, samples: (n) => COLOURS[n]! },
    rgba8: { colourType: 6, depth: 8, samples: (n) => [...COLOURS[n]!, 255 - 9 * n] },
    rgba16: { colourType: 6, depth: 16, samples: (n) => [...COLOURS[n]!, 255 - 9 * n] },
    grey8: { colourType: 0, depth: 8, samples: (n) => COLOURS[n]!.slice(0, 1) },
    grey16: { colourType: 0, depth: 16, samples: (n) => COLOURS[n]!.slice(0, 1) },
    palette: { colourType: 3, depth: 8, samples: (n) => [n] },
  };

/** A PNG of PATCHES × PATCHES colours, with chunks between its header and its pixels; a palette comes before `late`. */
export function patches(kind: Kind, chunks: Buffer[], late: Buffer[] = []): Buffer {
  const { colourType, depth, samples } = KINDS[kind];
  // 255 becomes 65535.
  const bytes = (n: number) => (depth === 16 ? samples(n).flatMap((v) => [v, v]) : samples(n));
  const row = (y: number) =>
    Array.from({ length: PATCHES * SIDE }, (_, x) =>
      bytes(Math.floor(y / SIDE) * PATCHES + Math.floor(x / SIDE)),
    );
  const rows = Array.from({ length: PATCHES * SIDE }, (_, y) => [0, ...row(y).flat()]);
  const size = { width: PATCHES * SIDE, height: PATCHES * SIDE };
  const palette = kind === 'palette' ? [pngChunk('PLTE', Buffer.from(COLOURS.flat()))] : [];
  const pixels = deflateSync(Buffer.from(rows.flat()));
  return rawPng({ ...size, depth, colourType }, pixels, ...chunks, ...palette, ...late);
}

function integers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [n, value] of values.entries()) bytes.writeUInt32BE(value, 4 * n);
  return bytes;
}

/** In units of 0.00001. */
export const gama = (gamma: number) => pngChunk('gAMA', integers(gamma));
export const chrm = (...points: number[]) => pngChunk('cHRM', integers(...points));
export const srgb = () => pngChunk('sRGB', Buffer.from([0]));
export const cicp = (...codes: number[]) => pngChunk('cICP', Buffer.from(codes));

/** White, red, green and blue in units of 0.00001, x before y. */
export const POINTS = {
  srgb: [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6000],
  p3: [31_270, 32_900, 68_000, 32_000, 26_500, 69_000, 15_000, 6000],
  adobe: [31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6000],
  /** Another white point: D50. */
  wide: [34_567, 35_850, 73_469, 26_531, 11_416, 82_621, 15_664, 1770],
};

/** The profile of Display P3. */
export async function iccp(): Promise<Buffer> {
  const { icc } = await sharp(await plain('#888').withIccProfile('p3').png().toBuffer()).metadata();
  return pngChunk('iCCP', Buffer.concat([Buffer.from('P3\0\0'), deflateSync(icc!)]));
}
