import { all, MARKER, NEARLY_LIMIT, type HostileFiles } from './file.ts';
import { exifBombs, profileBombs, xmpBomb } from './metadata.ts';
import { plain, webp } from '../pictures.ts';

const ICC = 0x20;
const ALPHA = 0x10;
const EXIF = 0x08;
const XMP = 0x04;
const ANIMATION = 0x02;

export function webpChunk(type: string, content: Uint8Array): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}

/** A file of these chunks behind the one that announces them. */
export function extended(flags: number, width: number, height: number, chunks: Buffer[]): Buffer {
  const header = Buffer.alloc(10);
  header.writeUInt8(flags, 0);
  header.writeUIntLE(width - 1, 4, 3);
  header.writeUIntLE(height - 1, 7, 3);
  const body = Buffer.concat([Buffer.from('WEBP'), webpChunk('VP8X', header), ...chunks]);
  return webpChunk('RIFF', body);
}

/** The chunks of a plain WebP: everything after its first twelve bytes. */
const picture = async (width = 60, height = 40) =>
  (await plain('#00c850', { width, height }).flatten().webp().toBuffer()).subarray(12);

/** A frame of an animation: position, size, content. */
export function animationFrame(
  width: number,
  height: number,
  x: number,
  y: number,
  image: Buffer,
): Buffer {
  const head = Buffer.alloc(16);
  head.writeUIntLE(x / 2, 0, 3);
  head.writeUIntLE(y / 2, 3, 3);
  head.writeUIntLE(width - 1, 6, 3);
  head.writeUIntLE(height - 1, 9, 3);
  head.writeUIntLE(100, 12, 3);
  return webpChunk('ANMF', Buffer.concat([head, image]));
}

const CONTROL = webpChunk('ANIM', Buffer.from([255, 255, 255, 255, 0, 0]));

async function animation(width: number, height: number, frames: Buffer[]): Promise<Buffer> {
  return extended(ANIMATION, width, height, [CONTROL, ...frames]);
}

/** As many frames as an upload may hold. */
async function manyFrames(count: number, width: number, height: number): Promise<Buffer> {
  const one = animationFrame(2, 2, 0, 0, await picture(2, 2));
  const times = Math.min(count, Math.floor((NEARLY_LIMIT - 10_000) / one.length));
  const first = animationFrame(60, 40, 0, 0, await picture());
  return animation(width, height, [first, Buffer.alloc(times * one.length, one)]);
}

async function surrounded(flags: number, before: Buffer[], after: Buffer[]): Promise<Buffer> {
  return extended(flags, 60, 40, [...before, await picture(), ...after]);
}

const blocks = (prefix: string, flag: number, type: string, contents: Record<string, Buffer>) =>
  Object.fromEntries(
    Object.entries(contents).map(([kind, content]) => [
      `WebP with ${prefix}${kind}`,
      () => {
        const chunk = webpChunk(type, content);
        return flag === ICC ? surrounded(flag, [chunk], []) : surrounded(flag, [], [chunk]);
      },
    ]),
  );

/** All pixels are equal and take no bits, so a small picture can claim to be large. */
async function lossless(width: number, height: number): Promise<Buffer> {
  const bytes = await plain('#00c85080', { width: 2, height: 2 })
    .webp({ lossless: true })
    .toBuffer();
  const stream = bytes.indexOf('VP8L') + 8;
  const size = (width - 1) | ((height - 1) << 14) | (1 << 28);
  bytes.writeUInt32LE(size >>> 0, stream + 1);
  if (bytes.toString('latin1', 12, 16) === 'VP8X') {
    bytes.writeUIntLE(width - 1, 24, 3);
    bytes.writeUIntLE(height - 1, 27, 3);
  }
  return bytes;
}

/** WebP files that cost too much, or that decoders fail on. */
export const hostileWebps: HostileFiles = {
  ...all('refused', {
    'WebP animation without a frame': () => animation(60, 40, []),
    'WebP with 600,000 chunks of no meaning': async () => {
      const chunk = webpChunk('teSt', Buffer.alloc(0));
      return surrounded(0, [], [Buffer.alloc(600_000 * chunk.length, chunk)]);
    },
    'WebP with 100,000 blocks of EXIF': async () => {
      const chunk = webpChunk('EXIF', Buffer.from(`II*\0\x08\0\0\0${MARKER}`, 'latin1'));
      return surrounded(EXIF, [], [Buffer.alloc(100_000 * chunk.length, chunk)]);
    },
    'WebP animation of 50,000 frames': () => manyFrames(50_000, 60, 40),
    'WebP animation of 50,000 frames on a screen of 50 megapixels': () =>
      manyFrames(50_000, 10_000, 5000),
    'WebP with nothing in it': () => webpChunk('RIFF', Buffer.from('WEBP')),
    'WebP that says it is larger than it is': async () => {
      const bytes = await webp({ width: 60, height: 40 });
      bytes.writeUInt32LE(0xffff_fff0, 4);
      return bytes;
    },
    'WebP whose chunk says that it is of four gigabytes': async () => {
      const bytes = await webp({ width: 60, height: 40 });
      bytes.writeUInt32LE(0xffff_fff0, 16);
      return bytes;
    },
    'WebP with a frame larger than its screen': async () =>
      animation(60, 40, [animationFrame(600, 400, 0, 0, await picture(600, 400))]),
    'WebP with a frame beside its screen': async () =>
      animation(60, 40, [animationFrame(60, 40, 600, 400, await picture())]),
  }),
  ...all('either', {
    'lossless WebP of 49 megapixels': () => lossless(10_000, 4900),
    'lossy WebP of 12 megapixels with transparency': () =>
      plain('#00c85080', { width: 4000, height: 3000 }).webp({ effort: 0 }).toBuffer(),
    'WebP animation of one frame on a screen of 50 megapixels': async () =>
      animation(10_000, 5000, [animationFrame(60, 40, 0, 0, await picture())]),
    'WebP whose transparency is noise': async () =>
      surrounded(ALPHA, [webpChunk('ALPH', Buffer.alloc(5000, MARKER))], []),
  }),
  ...all('picture', {
    'WebP animation of 15,000 frames': () => manyFrames(15_000, 60, 40),
    'WebP with 5 MB of XMP': () => surrounded(XMP, [], [webpChunk('XMP ', xmpBomb(5_000_000))]),
    ...blocks('', EXIF, 'EXIF', exifBombs(4_900_000)),
    ...blocks('a ', ICC, 'ICCP', profileBombs(100_000)),
    ...blocks('a large ', ICC, 'ICCP', profileBombs(4_900_000)),
  }),
};
