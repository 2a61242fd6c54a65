import { InvalidImage } from '../../errors.ts';
import type { Header } from '../header.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;

/** A frame of one transparent pixel. */
const TRANSPARENT_FRAME = Buffer.from(
  '\x21\xf9\x04\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0',
  'latin1',
);

/**
 * Reads a GIF's logical screen. It may be 0 × 0: viewers then use the size of the first frame, so
 * those files are left to the decoder's own pixel limit. Throws InvalidImage.
 */
export function readGif(bytes: Buffer): Header {
  if (bytes.length < 13) throw new InvalidImage('GIF cut short');
  const width = bytes.readUInt16LE(6) || 1;
  const height = bytes.readUInt16LE(8) || 1;
  const decodeBytes = 4 * width * height;
  return { format: 'gif', width, height, decodeBytes, deep: false };
}

/**
 * The GIF with a transparent frame added after its first one, if that does not cover the screen.
 * Otherwise, in a GIF without any transparent pixel, the decoder fills the uncovered part with
 * black, where viewers show the background.
 */
export function withTransparency(gif: Buffer): Buffer {
  const frame = firstFrame(gif);
  if (!frame || frame.covers) return gif;
  return Buffer.concat([gif.subarray(0, frame.end), TRANSPARENT_FRAME, gif.subarray(frame.end)]);
}

/**
 * The end of the first frame, and whether it covers the screen. Undefined if the file ends before
 * the frame does.
 */
function firstFrame(gif: Buffer): { end: number; covers: boolean } | undefined {
  let at = 13 + tableSize(gif[10]);
  while (gif[at] === EXTENSION) at = endOfBlocks(gif, at + 2);
  if (gif[at] !== IMAGE || at + 10 > gif.length) return undefined;
  const [left, top] = [gif.readUInt16LE(at + 1), gif.readUInt16LE(at + 3)];
  const [width, height] = [gif.readUInt16LE(at + 5), gif.readUInt16LE(at + 7)];
  const right = left + width >= gif.readUInt16LE(6);
  const bottom = top + height >= gif.readUInt16LE(8);
  const end = endOfBlocks(gif, at + 11 + tableSize(gif[at + 9]));
  return end > gif.length ? undefined : { end, covers: left + top === 0 && right && bottom };
}

/** Bytes of the colour table that the flags announce. */
function tableSize(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** The end of a list of blocks; each begins with its length, and the last one is empty. May be beyond the file. */
function endOfBlocks(gif: Buffer, from: number): number {
  let at = from;
  while (gif[at]) at += 1 + gif[at]!;
  return at + 1;
}
