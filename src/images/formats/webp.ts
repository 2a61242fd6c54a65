import { InvalidImage } from '../../errors.ts';
import { exifOf, orientationOf } from '../exif.ts';
import { MAX_PARTS, type Header } from '../header.ts';

/** Where the size ends, in bytes, by the kind of the first chunk. */
const SIZE_END: Record<string, number> = { 'VP8 ': 30, VP8L: 25, VP8X: 30 };

const FLAGS = 20;
const EXIF = 0x08;
const XMP = 0x04;

/** The chunks that make a picture. The first of each is kept, so of an animation the first frame. */
const KEPT = new Set(['VP8X', 'ICCP', 'ALPH', 'VP8 ', 'VP8L', 'ANIM', 'ANMF']);

/** Reads the size from a WebP's first chunk, which may be of three kinds. Throws InvalidImage. */
export function readWebp(bytes: Buffer): Header {
  const end = SIZE_END[bytes.toString('latin1', 12, 16)] ?? Infinity;
  if (bytes.length < end) throw new InvalidImage('WebP without a picture');
  const [width, height] = size(bytes);
  const pixels = width * height;
  return {
    format: 'webp',
    width,
    height,
    decodeBytes: 4 * pixels,
    // When cropping, the decoder does not shrink, and holds the picture twice.
    cutBytes: 6 * pixels,
    deep: false,
  };
}

function isExtended(bytes: Buffer): boolean {
  return bytes.toString('latin1', 12, 16) === 'VP8X';
}

function size(bytes: Buffer): [width: number, height: number] {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return [bytes.readUInt16LE(26) & 0x3fff, bytes.readUInt16LE(28) & 0x3fff];
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21);
      return [(bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1];
    }
    default:
      return [bytes.readUIntLE(24, 3) + 1, bytes.readUIntLE(27, 3) + 1];
  }
}

/**
 * The WebP without metadata, unknown chunks and all frames but the first, which the decoder would
 * go through again and again; of its EXIF only an orientation other than 1 stays. Throws
 * InvalidImage.
 */
export function stripWebp(bytes: Buffer): Buffer {
  // Only the extended kind holds more than a picture.
  if (!isExtended(bytes)) return bytes;
  const kept: Buffer[] = [];
  const once = new Set(KEPT);
  let orientation: number | undefined;
  for (const { type, chunk } of chunks(bytes)) {
    if (type === 'EXIF') orientation ??= orientationOf(chunk.subarray(8));
    if (once.delete(type)) kept.push(chunk);
  }
  if (orientation && orientation > 1) kept.push(exifChunk(orientation));
  const body = Buffer.concat(kept);
  // The flags of the outer header, which follow those twelve bytes.
  const flags = body.readUInt8(FLAGS - 12) & ~(EXIF | XMP);
  body.writeUInt8(orientation && orientation > 1 ? flags | EXIF : flags, FLAGS - 12);
  const head = Buffer.from(bytes.subarray(0, 12));
  // A truncated file must stay recognisable as truncated.
  const missing = Math.max(0, bytes.readUInt32LE(4) + 8 - bytes.length);
  head.writeUInt32LE(Math.min(body.length + 4 + missing, 0xffff_fffe), 4);
  return Buffer.concat([head, body]);
}

function exifChunk(orientation: number): Buffer {
  const exif = exifOf(orientation);
  const head = Buffer.from('EXIF\0\0\0\0', 'latin1');
  head.writeUInt32LE(exif.length, 4);
  return Buffer.concat([head, exif]);
}

/** Every chunk with its head and padding, up to the end of the file or the end that it declares. */
function* chunks(webp: Buffer): Generator<{ type: string; chunk: Buffer }> {
  const fileEnd = Math.min(webp.readUInt32LE(4) + 8, webp.length);
  let parts = 0;
  for (let at = 12; at + 8 <= fileEnd;) {
    parts += 1;
    if (parts > MAX_PARTS) throw new InvalidImage(`WebP of more than ${MAX_PARTS} chunks`);
    const length = webp.readUInt32LE(at + 4);
    const end = Math.min(at + 8 + length + (length % 2), fileEnd);
    yield { type: webp.toString('latin1', at, at + 4), chunk: webp.subarray(at, end) };
    at = end;
  }
}
