import { crc32, deflateSync } from 'node:zlib';
import {
  afterIhdr,
  deflatedZeros,
  pngChunk,
  rawPng,
  type PngHeader,
} from '../pictures/crafted-pictures.ts';
import { all, MARKER, NEARLY_LIMIT, type HostileFiles } from './file.ts';
import { exifBombs, profileBombs } from './metadata.ts';
import { plain, png } from '../pictures.ts';

const small = () => png({ width: 60, height: 40 });

/** A PNG with the chunk before its pixels, as often as it fits into an upload. */
async function full(chunk: Buffer): Promise<Buffer> {
  const picture = await small();
  const times = Math.floor((NEARLY_LIMIT - picture.length) / chunk.length);
  return afterIhdr(picture, Buffer.alloc(times * chunk.length, chunk));
}

/** Text of `times` × 1 MB, deflated. */
function inflating(times: number, name: string): Buffer {
  return Buffer.concat([Buffer.from(name, 'latin1'), deflatedZeros(1_000_000, times)]);
}

/** Empty rows as a PNG with this header has them; all passes of an interlaced one. */
function emptyRows({ width, height, depth, colourType, interlaced }: PngHeader): Buffer {
  const channels = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[colourType] ?? 4;
  const row = (pixels: number) => 1 + Math.ceil((pixels * channels * depth) / 8);
  if (!interlaced) return deflatedZeros(row(width), height);
  const parts = ADAM7.reduce((sum, [x, y, dx, dy]) => {
    const [w, h] = [Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)];
    return w > 0 && h > 0 ? sum + row(w) * h : sum;
  }, 0);
  return deflateSync(Buffer.alloc(parts));
}

/** For each pass: its first column and row, and the steps to the next. */
const ADAM7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

const empty = (header: PngHeader, ...before: Buffer[]) =>
  rawPng(header, emptyRows(header), ...before);
const PALETTE = pngChunk('PLTE', Buffer.alloc(768, 200));

/** An animation: `frames` more pictures after the first, of the same size, a few bytes each. */
export async function apng(frames: number): Promise<Buffer> {
  const picture = await plain('#00c850', { width: 60, height: 40 }).flatten().png().toBuffer();
  const control = Buffer.alloc(8);
  control.writeUInt32BE(frames, 0);
  const frame = (n: number) => {
    const fctl = Buffer.alloc(26);
    fctl.writeUInt32BE(n, 0);
    fctl.writeUInt32BE(60, 4);
    fctl.writeUInt32BE(40, 8);
    return pngChunk('fcTL', fctl);
  };
  const later = Array.from({ length: frames - 1 }, (_, n) => [
    frame(2 * n + 1),
    pngChunk('fdAT', Buffer.from([0, 0, 0, 2 * n + 2, 0x78, 0x9c])),
  ]).flat();
  return Buffer.concat([
    afterIhdr(picture, pngChunk('acTL', control), frame(0)).subarray(0, -12),
    ...later,
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A valid picture of noise, with one byte of pixels in each chunk. */
function crumbs(): Buffer {
  let state = 7;
  const noise = Buffer.alloc(100 * 481);
  for (let at = 0; at < noise.length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    noise[at] = at % 481 === 0 ? 0 : state >> 16;
  }
  const pixels = deflateSync(noise);
  const parts = Array.from(pixels, (byte) => pngChunk('IDAT', Buffer.from([byte])));
  const whole = rawPng({ width: 160, height: 100, depth: 8, colourType: 2 }, pixels);
  return Buffer.concat([whole.subarray(0, 33), ...parts, whole.subarray(-12)]);
}

async function wrongChecksums(): Promise<Buffer> {
  const picture = await small();
  picture.writeUInt32BE(crc32(picture.subarray(12, 29)) ^ 1, 29);
  return picture;
}

const blocks = (prefix: string, type: string, contents: Record<string, Buffer>) =>
  Object.fromEntries(
    Object.entries(contents).map(([kind, content]) => [
      `PNG with ${prefix}${kind}`,
      async () => afterIhdr(await small(), pngChunk(type, content)),
    ]),
  );

/** A profile's chunk: its name, how it is compressed, and the profile. */
const profiles = (length: number) =>
  Object.fromEntries(
    Object.entries(profileBombs(length)).map(([kind, profile]) => [
      kind,
      Buffer.concat([Buffer.from('p\0\0'), deflateSync(profile)]),
    ]),
  );

/** PNG files that cost too much, or that decoders fail on. */
export const hostilePngs: HostileFiles = {
  ...all('refused', {
    'interlaced PNG of 49 megapixels in 16-bit RGBA': () =>
      rawPng(
        { width: 7000, height: 7000, depth: 16, colourType: 6, interlaced: true },
        deflatedZeros(1000, 1),
      ),
    'PNG with 400,000 texts': () => full(pngChunk('tEXt', Buffer.from('a\0'))),
    'PNG with 400,000 chunks of no meaning': () => full(pngChunk('teSt', Buffer.alloc(0))),
    'PNG with 300,000 times': () => full(pngChunk('tIME', Buffer.from([7, 230, 1, 1, 1, 1, 1]))),
    'PNG in crumbs': crumbs,
    'APNG of 40,000 frames': () => apng(40_000),
    'PNG whose pixels inflate to four gigabytes': () =>
      rawPng({ width: 64, height: 64, depth: 8, colourType: 2 }, deflatedZeros(1_000_000, 4000)),
    'PNG whose header has a wrong checksum': wrongChecksums,
    'PNG of 3 bits': () =>
      rawPng({ width: 8, height: 8, depth: 3, colourType: 0 }, deflatedZeros(100, 1)),
    'PNG of colour type 5': () =>
      rawPng({ width: 8, height: 8, depth: 8, colourType: 5 }, deflatedZeros(1000, 1)),
    'PNG with a palette and without its colours': () =>
      empty({ width: 8, height: 8, depth: 8, colourType: 3 }),
    'PNG without pixels': () =>
      rawPng({ width: 8, height: 8, depth: 8, colourType: 0 }, Buffer.alloc(0)),
    'PNG whose chunk is of four gigabytes': async () => {
      const chunk = pngChunk('teSt', Buffer.alloc(0));
      chunk.writeUInt32BE(0xffff_fff0, 0);
      return afterIhdr(await small(), chunk);
    },
    'PNG with an unknown chunk of importance': async () =>
      afterIhdr(await small(), pngChunk('TEST', Buffer.from(MARKER))),
  }),
  ...all('either', {
    'PNG of 49 megapixels in 16-bit RGBA': () =>
      empty({ width: 7000, height: 7000, depth: 16, colourType: 6 }),
    'PNG of 50 megapixels in one bit': () =>
      empty({ width: 10_000, height: 5000, depth: 1, colourType: 0 }),
    'PNG of 50 megapixels in RGB': () =>
      empty({ width: 10_000, height: 5000, depth: 8, colourType: 2 }),
    'PNG of 50 megapixels in RGBA': () =>
      empty({ width: 10_000, height: 5000, depth: 8, colourType: 6 }),
    'PNG of 50 megapixels of a palette': () =>
      empty({ width: 10_000, height: 5000, depth: 8, colourType: 3 }, PALETTE),
    'PNG of 50 megapixels of a palette with transparency': () =>
      empty(
        { width: 10_000, height: 5000, depth: 8, colourType: 3 },
        PALETTE,
        pngChunk('tRNS', Buffer.alloc(256, 9)),
      ),
    'PNG of 25 megapixels in 16-bit RGBA': () =>
      empty({ width: 5000, height: 5000, depth: 16, colourType: 6 }),
    'interlaced PNG of 25 megapixels in 16-bit RGBA': () =>
      empty({ width: 5000, height: 5000, depth: 16, colourType: 6, interlaced: true }),
    'interlaced PNG of 50 megapixels in RGBA': () =>
      empty({ width: 10_000, height: 5000, depth: 8, colourType: 6, interlaced: true }),
    'PNG of 12 megapixels in 16-bit RGBA': () =>
      empty({ width: 4000, height: 3000, depth: 16, colourType: 6 }),
    'PNG with a profile that inflates to a gigabyte': async () =>
      afterIhdr(await small(), pngChunk('iCCP', inflating(1000, 'p\0\0'))),
    'PNG with 50 profiles that inflate to a gigabyte all in all': async () => {
      const chunk = pngChunk('iCCP', inflating(20, 'p\0\0'));
      return afterIhdr(await small(), ...Array.from({ length: 50 }, () => chunk));
    },
  }),
  ...all('picture', {
    'interlaced PNG in 16-bit RGBA': () =>
      empty({ width: 64, height: 64, depth: 16, colourType: 6, interlaced: true }),
    'PNG with 3.7 MB of compressed text': async () =>
      afterIhdr(await small(), pngChunk('zTXt', inflating(3600, 'Comment\0\0'))),
    'PNG with 5 MB of compressed international text': () =>
      full(pngChunk('iTXt', inflating(8, 'XML:com.adobe.xmp\0\x01\0\0\0'))),
    'PNG with 5 MB of text': async () =>
      afterIhdr(await small(), pngChunk('tEXt', Buffer.alloc(5_000_000, `Comment\0${MARKER}`))),
    'PNG with 5 MB of suggested palettes': () =>
      full(pngChunk('sPLT', Buffer.concat([Buffer.from('p\0\x08'), Buffer.alloc(6000)]))),
    'APNG of 9000 frames': () => apng(9000),
    ...blocks('', 'eXIf', exifBombs(4_900_000)),
    ...blocks('a ', 'iCCP', profiles(100_000)),
    ...blocks('a large ', 'iCCP', profiles(4_900_000)),
  }),
};
