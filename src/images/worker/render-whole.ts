import sharp, { type Sharp } from 'sharp';
import { turnBy, type Size } from '../crop.ts';
import { inspect } from '../inspect.ts';
import type { RenderRequest, Rendition } from '../messages.ts';
import { stripMetadata } from '../strip-metadata.ts';
import { CAREFUL_PIXELS, inSrgb, opener } from './render.ts';

/** Formats of drawings and screenshots, which may be smaller without loss. */
const DRAWN = new Set(['png', 'gif']);
/** Longer side at which lossless and lossy are compared; pixels. */
const COMPARED = 480;
/** A lossless file of more bytes than this is made lossy after all. */
const LOSSLESS_MAX = 3 * 1024 * 1024;

/** Upright pixels in sRGB, in memory. */
interface Pixels extends Size {
  data: Buffer;
  channels: 1 | 2 | 3 | 4;
}

/**
 * Makes the wanted files of an upload, of the whole picture: `size` is the longer side, to which it is
 * shrunk but never enlarged. The picture is decoded once; transparency is kept in WebP, and put on white in
 * JPEG. Returns the size of the largest file as well. Rejects with any error if the picture is at
 * fault.
 */
export async function renderWhole(
  upload: Buffer,
  { renditions }: Pick<RenderRequest, 'renditions'>,
): Promise<{ files: Buffer[]; picture: Size }> {
  const largest = Math.max(...renditions.map(({ size }) => size));
  const header = inspect(upload);
  const open = opener(await stripMetadata(upload, header.format), header);
  const { orientation } = await open().metadata();
  const shrunk = open().resize(largest, largest, {
    fit: 'inside',
    withoutEnlargement: true,
    kernel: 'lanczos3',
    fastShrinkOnLoad: header.width * header.height > CAREFUL_PIXELS,
  });
  const pixels = await upright(await toPixels(await inSrgb(shrunk, header)), orientation);
  // Frees the pixels of the steps before, which take as much memory again.
  globalThis.gc?.({ type: 'minor' });
  const lossless = DRAWN.has(header.format) && (await isSmallerLossless(pixels));
  const files: Buffer[] = [];
  for (const rendition of renditions) files.push(await makeFile(pixels, rendition, lossless));
  return { files, picture: { width: pixels.width, height: pixels.height } };
}

async function upright(pixels: Pixels, orientation: number | undefined): Promise<Pixels> {
  const { mirrored, rotation } = turnBy(orientation, 0);
  if (!mirrored && rotation === 0) return pixels;
  return toPixels(from(pixels).flop(mirrored).rotate(rotation));
}

const from = ({ data, width, height, channels }: Pixels): Sharp =>
  sharp(data, { raw: { width, height, channels } });

async function toPixels(picture: Sharp): Promise<Pixels> {
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  return { data, width, height, channels };
}

const shrink = (pixels: Pixels, size: number): Sharp =>
  Math.max(pixels.width, pixels.height) <= size
    ? from(pixels)
    : from(pixels).resize(size, size, { fit: 'inside', kernel: 'lanczos3' });

async function isSmallerLossless(pixels: Pixels): Promise<boolean> {
  const small = await toPixels(shrink(pixels, COMPARED));
  const [without, lossy] = [
    await from(small).webp({ lossless: true }).toBuffer(),
    await from(small).webp({ quality: 80 }).toBuffer(),
  ];
  return without.length <= lossy.length;
}

async function makeFile(
  pixels: Pixels,
  { size, format, quality }: Rendition,
  lossless: boolean,
): Promise<Buffer> {
  const picture = shrink(pixels, size);
  if (format === 'jpeg') {
    return picture.flatten({ background: '#fff' }).jpeg({ quality, mozjpeg: false }).toBuffer();
  }
  if (lossless) {
    const file = await picture.clone().webp({ lossless: true }).toBuffer();
    if (file.length <= LOSSLESS_MAX) return file;
  }
  return picture.webp({ quality }).toBuffer();
}
