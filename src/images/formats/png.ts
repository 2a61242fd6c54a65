import { crc32, createInflate } from 'node:zlib';
import { InvalidImage } from '../../errors.ts';
import { exifOf, orientationOf } from '../exif.ts';
import { MAX_PARTS, type Header } from '../header.ts';

/** Channels after the decoder's expansion; a palette becomes RGB with alpha. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 4, 4: 2, 6: 4 };
/** Samples a pixel as the file has them. */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const SIGNATURE = 8;
const WITH_ALPHA = new Set([4, 6]);

/** Nanoseconds a pixel, and what is to be added for what. */
const TIME = { pixel: 4, alpha: 10, deep: 12, interlaced: 35, profile: 30 };

/** Chunks that may be left out, but must not be: transparency and the colour profile. */
const KEPT = new Set(['tRNS', 'iCCP']);

/**
 * Deflate shrinks to a thousandth at best, so from so many bytes on a gigabyte may come. Behind
 * its last pixel a picture of a few kilobytes hid four, 1.4 seconds of inflating.
 */
const SUSPECT = 1_000_000;

/** Inflated bytes that may be too many without harm: 0.1 seconds. */
const SURPLUS = 64 * 1024 * 1024;

/** Reads a PNG's header chunk, and what else stands before its pixels. Throws InvalidImage. */
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
 * The PNG without text, metadata and frames of an animation; of its EXIF only an orientation other
 * than 1 stays. Rejects with InvalidImage when far more is deflated in it than its pixels.
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

/** Capital first letter: decoders must know it. What is no name at all is theirs to refuse, too. */
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

/** Inflates piece by piece and only to count, so that memory stays flat. Rejects with InvalidImage. */
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
    // No deflated data at all: the decoder will say so.
    return;
  }
  if (left < 0) throw new InvalidImage('PNG that inflates to more than its pixels');
}

/** Every chunk with its length, type and checksum; a last one that is cut short is as it is. Throws InvalidImage. */
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
