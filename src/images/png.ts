import { InvalidImage } from '../errors.ts';
import type { Header } from './header.ts';

/** Channels after the decoder's expansion; a palette becomes RGB with alpha. */
const CHANNELS: Record<number, number> = { 0: 1, 2: 3, 3: 4, 4: 2, 6: 4 };
const SIGNATURE = 8;
const TEXTS = new Set(['tEXt', 'zTXt', 'iTXt']);

/** Reads a PNG's header chunk. Throws InvalidImage. */
export function readPng(bytes: Buffer): Header {
  if (bytes.length < 33 || bytes.toString('latin1', 12, 16) !== 'IHDR') {
    throw new InvalidImage('PNG without a header chunk');
  }
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const depth = bytes.readUInt8(24);
  const channels = CHANNELS[bytes.readUInt8(25)] ?? 4;
  const interlaced = bytes.readUInt8(28) !== 0;
  return {
    format: 'png',
    width,
    height,
    // Rows of an interlaced picture are complete only after its last pass.
    decodeBytes: interlaced ? width * height * channels * (depth === 16 ? 2 : 1) : 0,
    deep: depth === 16,
  };
}

/**
 * The same picture without its texts, which nobody will see: compressed ones of 770 KB cost the
 * decoder 2.7 seconds.
 */
export function withoutText(png: Buffer): Buffer {
  const kept = [png.subarray(0, SIGNATURE)];
  for (const { type, chunk } of chunks(png)) if (!TEXTS.has(type)) kept.push(chunk);
  return Buffer.concat(kept);
}

/** Every chunk with its length, type and checksum; a last one that is cut short is as it is. */
function* chunks(png: Buffer): Generator<{ type: string; chunk: Buffer }> {
  for (let at = SIGNATURE; at < png.length;) {
    const end = at + 4 <= png.length ? at + 12 + png.readUInt32BE(at) : png.length;
    yield { type: png.toString('latin1', at + 4, at + 8), chunk: png.subarray(at, end) };
    at = end;
  }
}
