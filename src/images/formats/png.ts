import { crc32, createInflate } from 'node:zlib';
import { InvalidImage } from '../../errors.ts';
import { exifOf, orientationOf } from '../exif.ts';
import { MAX_PARTS, type Header } from '../header.ts';

/** Channels after decoding; a palette becomes RGB with alpha. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 4, 4: 2, 6: 4 };
/** Samples for each pixel in the file. */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const SIGNATURE = 8;
const WITH_ALPHA = new Set([4, 6]);

/** Nanoseconds for each pixel, and what is added for each property. */
const TIME = { pixel: 4, alpha: 10, deep: 12, interlaced: 35, profile: 30 };

/** Optional chunks that must be kept: transparency and the colour profile. */
const KEPT = new Set(['tRNS', 'iCCP']);

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
  const colourType = bytes.readUInt8(25);
  const channels = CHANNELS[colourType] ?? 4;
  const interlaced = bytes.readUInt8(28) !== 0;
  const before = typesBeforePixels(bytes);
  const costs = {
    pixel: true,
    alpha: WITH_ALPHA.has(colourType) || before.has('tRNS'),
    deep,
    interlaced,
    profile: before.has('iCCP'),
  };
  const pixelTime = (Object.keys(TIME) as (keyof typeof TIME)[])
    .filter((key) => costs[key])
    .reduce((sum, key) => sum + TIME[key], 0);
  return {
    format: 'png',
    width,
    height,
    // Rows of an interlaced picture are complete only after its last pass.
    decodeBytes: interlaced ? width * height * channels * (deep ? 2 : 1) : 0,
    pixelTime,
    deep,
  };
}

function typesBeforePixels(png: Buffer): Set<string> {
  const types = new Set<string>();
  for (const { type } of chunks(png)) {
    if (type === 'IDAT') break;
    types.add(type);
  }
  return types;
}

/**
 * The PNG without text, metadata and animation frames; of its EXIF only an orientation other than 1
 * stays. Rejects with InvalidImage if it inflates to far more than its pixels.
 */
export async function barePng(png: Buffer): Promise<Buffer> {
  const kept: Buffer[] = [];
  const pixels: Buffer[] = [];
  const once = new Set(KEPT);
  let orientation: number | undefined;
  for (const { type, chunk } of chunks(png)) {
    if (type === 'eXIf') orientation ??= orientationOf(chunk.subarray(8, -4));
    if (type === 'IDAT') pixels.push(chunk.subarray(8, -4));
    if (isCritical(type) || once.delete(type)) kept.push(chunk);
  }
  await refuseSurplus(png, pixels);
  const exif = orientation && orientation > 1 ? [exifChunk(orientation)] : [];
  const [header = Buffer.alloc(0), ...rest] = kept;
  return Buffer.concat([png.subarray(0, SIGNATURE), header, ...exif, ...rest]);
}

/** A name with a capital first letter: decoders must know it. Invalid names are left to the decoder too. */
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
    // Not deflated data at all: the decoder will say so.
    return;
  }
  if (left < 0) throw new InvalidImage('PNG that inflates to more than its pixels');
}

/** Every chunk with its length, type and checksum; the last one may be cut short. Throws InvalidImage. */
function* chunks(png: Buffer): Generator<{ type: string; chunk: Buffer }> {
  let parts = 0;
  for (let at = SIGNATURE; at < png.length;) {
    parts += 1;
    if (parts > MAX_PARTS) throw new InvalidImage(`PNG of more than ${MAX_PARTS} chunks`);
    const end = at + 4 <= png.length ? at + 12 + png.readUInt32BE(at) : png.length;
    yield { type: png.toString('latin1', at + 4, at + 8), chunk: png.subarray(at, end) };
    at = end;
  }
}
