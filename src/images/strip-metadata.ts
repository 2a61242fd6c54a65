import type { Header } from './header.ts';
import { bareJpeg } from './formats/jpeg.ts';
import { barePng } from './formats/png.ts';
import { bareWebp } from './formats/webp.ts';

const BARE: Record<Header['format'], (upload: Buffer) => Buffer | Promise<Buffer>> = {
  jpeg: bareJpeg,
  png: barePng,
  webp: bareWebp,
  // The decoder of GIFs skips what is no pixel, 5 MB of it in 40 ms.
  gif: (upload) => upload,
};

/**
 * The same picture with nothing in it but pixels, colour profile and orientation: what decoders do
 * with the rest is in vain, and EXIF of 2 KB whose directories show each other keeps libexif busy
 * for ever. Later frames of an animation are left out too. Rejects with InvalidImage for
 * pixels that inflate to far more than the picture has, and for too many parts. What it returns may lie in the memory of `upload`.
 */
export async function stripMetadata(upload: Buffer, format: Header['format']): Promise<Buffer> {
  return BARE[format](upload);
}
