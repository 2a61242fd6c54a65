import { InvalidImage } from '../errors.ts';
import { readGif } from './gif.ts';
import type { Header } from './header.ts';
import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import { readWebp } from './webp.ts';

/** What the cameras of phones make at most. */
export const MAX_PIXELS = 50_000_000;

/**
 * Bytes a decoder may need for a whole picture at once: 4 a pixel at the cap. More bytes a pixel
 * end sooner, an interlaced 16-bit PNG with alpha or a progressive CMYK JPEG at 25 megapixels, a
 * progressive JPEG without chroma subsampling at 33. A worker stays below 330 MB with any of them.
 */
export const MAX_DECODE_BYTES = 4 * MAX_PIXELS;

const READERS: readonly [magic: string, read: (bytes: Buffer) => Header][] = [
  ['\xff\xd8\xff', readJpeg],
  ['\x89PNG\r\n\x1a\n', readPng],
  ['GIF8', readGif],
  ['RIFF', readWebp],
];

/**
 * Tells by its first bytes and its header whether an upload may go to a decoder, and what awaits
 * it there. No stricter than the decoder but for what would cost it too much. Throws InvalidImage.
 */
export function inspect(upload: Buffer): Header {
  const start = upload.toString('latin1', 0, 8);
  const read = READERS.find(([magic]) => start.startsWith(magic))?.[1];
  if (!read) throw new InvalidImage('none of the four formats');
  const header = read(upload);
  const { format, width, height, decodeBytes } = header;
  const pixels = width * height;
  if (pixels === 0) throw new InvalidImage(`${format} without pixels`);
  if (pixels > MAX_PIXELS) throw new InvalidImage(`${format} of ${width} × ${height} pixels`);
  if (decodeBytes > MAX_DECODE_BYTES) {
    throw new InvalidImage(`${format} that decodes to ${decodeBytes} bytes`);
  }
  return header;
}
