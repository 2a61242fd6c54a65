import { crc32, createInflate } from 'node:zlib';
import { InvalidImage } from '../../errors.ts';
import { pngColours } from './png-colours.ts';
import { exifOf, orientationOf } from '../exif.ts';
import { MAX_PARTS, type Header } from '../header.ts';

/** Channels after decoding; a palette becomes RGB with alpha. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 4, 4: 2, 6: 4 };
/** Samples for each pixel in the file. */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const SIGNATURE = 8;

/**
 * Deflate compresses to a thousandth at best, so this many bytes may become a gigabyte. A picture
 * of a few kilobytes hid four behind its last pixel: 1.4 seconds of inflating.
 */
const SUSPECT = 1_000_000;

/** Surplus inflated bytes that do no harm: 0.1 seconds. */
const SURPLUS = 64 * 1024 * 1024;

/** Reads a PNG's header chunk and the chunks before its pixels. Throws InvalidImage. */
export function readPng(bytes: Buffer): Header {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    throw new InvalidImage('PNG without a header chunk');
  }
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const deep = bytes.readUInt8(24) === 16;
  const channels = CHANNELS[bytes.readUInt8(25)] ?? 4;
  const interlaced = bytes.readUInt8(28) !== 0;
  const colours = pngColours(chunksBeforePixels(bytes));
  return {
    format: 'png',
    width,
    height,
    // Rows of an interlaced picture are complete only after its last pass.
    decodeBytes: interlaced ? width * height * channels * (deep ? 2 : 1) : 0,
    deep,
    ...(typeof colours === 'object' && { colours }),
  };
}

/** The content of the first chunk of each type, by type. */
function chunksBeforePixels(png: Buffer): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (const { type, chunk } of chunks(png)) {
    if (type === 'IDAT') break;
    if (!contents.has(type)) contents.set(type, chunk.subarray(8, -4));
  }
  return contents;
}

/**
 * The PNG without text, metadata and animation frames; of its EXIF only an orientation other than 1
 * stays. If browsers would use its colour profile, that is moved before the palette, because the
 * decoder ignores one behind it. Rejects with InvalidImage if it inflates to far more than its
 * pixels.
 */
export async function stripPng(png: Buffer): Promise<Buffer> {
  const kept: Buffer[] = [];
  const pixels: Buffer[] = [];
  const usesProfile = pngColours(chunksBeforePixels(png)) === 'profile';
  let orientation: number | undefined;
  let profile: Buffer | undefined;
  let transparency: Buffer | undefined;
  for (const { type, chunk } of chunks(png)) {
    if (type === 'eXIf') orientation ??= orientationOf(chunk.subarray(8, -4));
    if (type === 'IDAT') pixels.push(chunk.subarray(8, -4));
    if (type === 'iCCP' && usesProfile) profile ??= chunk;
    if (isCritical(type) || (type === 'tRNS' && !transparency)) kept.push(chunk);
    if (type === 'tRNS') transparency ??= chunk;
  }
  await refuseSurplus(png, pixels);
  const exif = orientation && orientation > 1 ? [exifChunk(orientation)] : [];
  const [header = Buffer.alloc(0), ...rest] = kept;
  const start = png.subarray(0, SIGNATURE);
  return Buffer.concat([start, header, ...(profile ? [profile] : []), ...exif, ...rest]);
}

/**
 * Whether a chunk is critical: its name begins with a capital letter, and decoders must know it.
 * Invalid names are left to the decoder, too.
 */
function isCritical(type: string): boolean {
  return !/^[a-z][A-Za-z]{3}$/.test(type);
}

function exifChunk(orientation: number): Buffer {
  const content = Buffer.concat([Buffer.from('eXIf'), exifOf(orientation)]);
  const chunk = Buffer.alloc(content.length + 8);
  chunk.writeUInt32BE(content.length - 4, 0);
  content.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(content), content.length + 4);
  return chunk;
}

/** Inflates piece by piece, only to count, so memory stays flat. Rejects with InvalidImage. */
async function refuseSurplus(png: Buffer, pixels: readonly Buffer[]): Promise<void> {
  if (pixels.reduce((sum, part) => sum + part.length, 0) < SUSPECT) return;
  const bits = png.readUInt8(24) * (SAMPLES[png.readUInt8(25)] ?? 4);
  const row = 1 + Math.ceil((png.readUInt32BE(16) * bits) / 8);
  let left = row * png.readUInt32BE(20) + SURPLUS;
  const inflate = createInflate({ chunkSize: 256 * 1024 });
  inflate.end(Buffer.concat(pixels));
  try {
    for await (const part of inflate) if ((left -= (part as Buffer).length) < 0) break;
  } catch {
    // The data is not deflated at all, which the decoder will report.
    return;
  }
  if (left < 0) throw new InvalidImage('PNG that inflates to more than its pixels');
}

/**
 * Every chunk up to the end chunk, with its length, type and checksum; the last one may be cut short.
 * Whatever follows the end chunk is not part of the picture. Throws InvalidImage.
 */
function* chunks(png: Buffer): Generator<{ type: string; chunk: Buffer }> {
  let parts = 0;
  for (let at = SIGNATURE; at < png.length;) {
    parts += 1;
    if (parts > MAX_PARTS) throw new InvalidImage(`PNG of more than ${MAX_PARTS} chunks`);
    const end = at + 4 <= png.length ? at + 12 + png.readUInt32BE(at) : png.length;
    const type = png.toString('latin1', at + 4, at + 8);
    yield { type, chunk: png.subarray(at, end) };
    if (type === 'IEND') return;
    at = end;
  }
}
