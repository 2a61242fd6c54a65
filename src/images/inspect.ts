import { InvalidImage, TooCostly } from '../errors.ts';
import { readGif } from './formats/gif.ts';
import type { Header } from './header.ts';
import { readJpeg } from './formats/jpeg.ts';
import { readPng } from './formats/png.ts';
import { readWebp } from './formats/webp.ts';

/** Phones make 8192 × 6144 at most. */
export const MAX_PIXELS = 51_000_000;

/**
 * Bytes a decoder may need for a whole picture at once: 4 for each pixel at the cap. Pictures with
 * more bytes a pixel reach it sooner: an interlaced 16-bit PNG with alpha or a progressive CMYK
 * JPEG at 25 megapixels, a progressive JPEG without chroma subsampling at 34. A worker stays below
 * 350 MB with any of them.
 */
const MAX_DECODE_BYTES = 4 * MAX_PIXELS;

/** Why such a picture is refused, in words for people. */
export const TOO_MUCH_MEMORY = 'decoding it needs too much memory';

const READERS: readonly [magic: RegExp, read: (bytes: Buffer) => Header][] = [
  [/^\xff\xd8\xff/, readJpeg],
  [/^\x89PNG\r\n/, readPng],
  [/^GIF8[79]a/, readGif],
  [/^RIFF.{4}WEBP/s, readWebp],
];

/** Enough bytes to recognise each format, including the WebP mark after RIFF's. */
const START = 12;

/**
 * Decides from the first bytes and the header whether an upload may go to a decoder, also if a square
 * is `cut` out of it. Stricter than the decoder only about cost. Throws InvalidImage, TooCostly.
 */
export function inspect(upload: Buffer, { cut = false } = {}): Header {
  const start = upload.toString('latin1', 0, START);
  const read = READERS.find(([magic]) => magic.test(start))?.[1];
  if (!read) throw new InvalidImage('none of the four formats');
  const header = read(upload);
  const decodeBytes = (cut && header.cutBytes) || header.decodeBytes;
  const pixels = header.width * header.height;
  if (pixels === 0) throw new InvalidImage(`${header.format} without pixels`);
  if (pixels > MAX_PIXELS) {
    const [has, most] = [pixels, MAX_PIXELS].map((number) => Math.ceil(number / 1e5) / 10);
    throw new TooCostly(`it has ${has} megapixels, and the limit is ${most}`);
  }
  if (decodeBytes > MAX_DECODE_BYTES) {
    throw new TooCostly(TOO_MUCH_MEMORY, `${header.format} that decodes to ${decodeBytes} bytes`);
  }
  return header;
}
