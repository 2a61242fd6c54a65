import { constants, crc32, deflateRawSync, deflateSync } from 'node:zlib';
import { plain } from '../pictures.ts';

/** A JPEG segment: marker, length, content. */
export function jpegSegment(marker: number, content: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

/** `jpeg` with `inserted` after its start marker. */
export function afterSoi(jpeg: Buffer, ...inserted: Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...inserted, jpeg.subarray(2)]);
}

/** Where the first segment with one of these markers begins, in a JPEG written by sharp. */
export function findSegment(jpeg: Buffer, ...markers: number[]): number {
  for (let at = 2; at < jpeg.length; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (markers.includes(jpeg.readUInt8(at + 1))) return at;
  }
  throw new Error('no such segment');
}

/** `jpeg` with another size in its frame header. */
export function resizedJpeg(jpeg: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(jpeg);
  const frame = findSegment(copy, 0xc0, 0xc2, 0xc9, 0xca);
  copy.writeUInt16BE(height, frame + 5);
  copy.writeUInt16BE(width, frame + 7);
  return copy;
}

/** A progressive JPEG whose last scan is repeated until there are `scans`. */
export async function manyScans(scans: number, width = 64, height = 64): Promise<Buffer> {
  const jpeg = await plain('#808080', { width, height }).jpeg({ progressive: true }).toBuffer();
  const sos = Buffer.from([0xff, 0xda]);
  let count = 0;
  let last = -1;
  for (let at = jpeg.indexOf(sos); at !== -1; at = jpeg.indexOf(sos, at + 2)) {
    count += 1;
    last = at;
  }
  const scan = jpeg.subarray(last, -2);
  const more = Array.from({ length: scans - count }, () => scan);
  return Buffer.concat([jpeg.subarray(0, -2), ...more, jpeg.subarray(-2)]);
}

export function pngChunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(content.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  return chunk;
}

/** `png` with chunks after its header chunk. */
export function afterIhdr(png: Buffer, ...chunks: Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

/** A whole PNG; each row of `pixels` begins with its filter byte, and they are deflated. */
export function rawPng(header: PngHeader, pixels: Uint8Array, ...before: Buffer[]): Buffer {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(header.width, 0);
  ihdr.writeUInt32BE(header.height, 4);
  ihdr.set([header.depth, header.colourType, 0, 0, header.interlaced ? 1 : 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', ihdr),
    ...before,
    pngChunk('IDAT', pixels),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** `deflateSync` of `times` × `length` zeros, made quickly. */
export function deflatedZeros(length: number, times: number): Buffer {
  const flushed = deflateRawSync(Buffer.alloc(length), { finishFlush: constants.Z_FULL_FLUSH });
  const adler = Buffer.from([0, 0, 0, 1]);
  adler.writeUInt16BE((length * times) % 65_521, 0);
  const blocks = Array.from({ length: times }, () => flushed);
  return Buffer.concat([Buffer.from([0x78, 0x9c]), ...blocks, Buffer.from([3, 0]), adler]);
}

export interface PngHeader {
  width: number;
  height: number;
  /** Bits a channel. */
  depth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey with alpha, 6 RGBA */
  colourType: number;
  interlaced?: boolean;
}

/** A GIF of one white pixel that claims to be larger. */
export function gifOf(width: number, height: number, ...beforeFrame: Buffer[]): Buffer {
  const screen = Buffer.from('GIF89a\0\0\0\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1');
  screen.writeUInt16LE(width, 6);
  screen.writeUInt16LE(height, 8);
  const frame = Buffer.from('\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x4c\x01\0\x3b', 'latin1');
  return Buffer.concat([screen, ...beforeFrame, frame]);
}

/** The first bytes of a WebP in the extended format, and nothing after them. */
export function webpOf(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.write('RIFF\x38\0\0\0WEBPVP8X\x0a\0\0\0', 0, 'latin1');
  bytes.writeUIntLE(width - 1, 24, 3);
  bytes.writeUIntLE(height - 1, 27, 3);
  return bytes;
}

/** Small files that need much: memory by their size, or time by scans, text or comments. */
export const bombs: Record<string, () => Buffer | Promise<Buffer>> = {
  'JPEG of 4 gigapixels': async () =>
    resizedJpeg(await plain('#888').jpeg().toBuffer(), 65500, 65500),
  'PNG of 2 gigapixels': () =>
    rawPng({ width: 50_000, height: 50_000, depth: 8, colourType: 2 }, deflatedZeros(1000, 1)),
  'GIF of 4 gigapixels': () => gifOf(65535, 65535),
  'WebP of 268 megapixels': () => webpOf(16384, 16384),
  'JPEG of 500 scans': () => manyScans(500),
  'progressive CMYK JPEG of 49 megapixels': async () => {
    const jpeg = plain('#888').toColourspace('cmyk').jpeg({ progressive: true });
    return resizedJpeg(await jpeg.toBuffer(), 7000, 7000);
  },
  'interlaced 16-bit PNG of 49 megapixels': () =>
    rawPng(
      { width: 7000, height: 7000, depth: 16, colourType: 6, interlaced: true },
      deflatedZeros(1000, 1),
    ),
};

/** A transparent picture of 25 megapixels and 16 bits a channel in 0.3 MB; it decodes for a second. */
export function slowPng(): Buffer {
  const rows = deflatedZeros(1 + 5000 * 8, 5000);
  return rawPng({ width: 5000, height: 5000, depth: 16, colourType: 6 }, rows);
}

/** Bombs that are valid pictures: 320 MB of compressed text, a comment of two million parts. */
export const burdens: Record<string, () => Buffer | Promise<Buffer>> = {
  'PNG with compressed text': async () => {
    const text = Buffer.concat([Buffer.from('Comment\0\0'), deflateSync(Buffer.alloc(8_000_000))]);
    const chunks = Array.from({ length: 40 }, () => pngChunk('zTXt', text));
    return afterIhdr(await plain('#fff').png().toBuffer(), ...chunks);
  },
  'GIF with a comment': () =>
    gifOf(1, 1, Buffer.from('!\xfe', 'latin1'), Buffer.alloc(4_000_000, '\x01a'), Buffer.from([0])),
};
