import { InvalidImage } from '../../errors.ts';
import type { Header } from '../header.ts';

const PIXEL_TIME = 12;

/**
 * Reads a GIF's logical screen. It may be 0 × 0: viewers then use the size of the first frame, so
 * those files are left to the decoder's own pixel limit. Throws InvalidImage.
 */
export function readGif(bytes: Buffer): Header {
  if (bytes.length < 13) throw new InvalidImage('GIF cut short');
  const width = bytes.readUInt16LE(6) || 1;
  const height = bytes.readUInt16LE(8) || 1;
  const decodeBytes = 4 * width * height;
  return { format: 'gif', width, height, decodeBytes, pixelTime: PIXEL_TIME, deep: false };
}
