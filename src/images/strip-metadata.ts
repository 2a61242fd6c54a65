import { withTransparency } from './formats/gif.ts';
import type { Header } from './header.ts';
import { stripJpeg } from './formats/jpeg.ts';
import { stripPng } from './formats/png.ts';
import { stripWebp } from './formats/webp.ts';

const BARE: Record<Header['format'], (upload: Buffer) => Buffer | Promise<Buffer>> = {
  jpeg: stripJpeg,
  png: stripPng,
  webp: stripWebp,
  // Metadata may stay in GIFs: their decoder skips everything but pixels, 5 MB in 40 ms.
  gif: withTransparency,
};

/**
 * The same picture with only pixels, colour profile and orientation: decoders would do useless work
 * for the rest, and 2 KB of EXIF whose directories refer to each other keep libexif busy forever.
 * Later frames of an animation are dropped too. Rejects with InvalidImage for pixels that inflate
 * to far more than the picture has, and for too many parts. The result may lie in the memory of
 * `upload`.
 */
export async function stripMetadata(upload: Buffer, format: Header['format']): Promise<Buffer> {
  return BARE[format](upload);
}
