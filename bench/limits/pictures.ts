import sharp from 'sharp';
import { VARIANTS } from '../../src/media/picture-variants.ts';

// As in the worker: one processor each, and no cache.
sharp.concurrency(1);
sharp.cache(false);

/** Above this many pixels the worker lets decoders shrink as far as they can. */
const CAREFUL_PIXELS = 8_000_000;

/**
 * Returns a function that makes the files of an upload with sharp alone, in the order of VARIANTS:
 * no server, no other process, nothing stored.
 */
export async function pictureMaker(photo: Buffer): Promise<() => Promise<Buffer[]>> {
  const { width, height } = await sharp(photo).metadata();
  const fastShrinkOnLoad = width * height > CAREFUL_PIXELS;
  const largest = Math.max(...VARIANTS.map(({ size }) => size));
  return async () => {
    const { data, info } = await sharp(photo, { failOn: 'error' })
      .autoOrient()
      .resize(largest, largest, { kernel: 'lanczos3', fastShrinkOnLoad })
      .flatten({ background: '#fff' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    return Promise.all(
      VARIANTS.map(({ size, format, quality }) =>
        sharp(data, { raw }).resize(size, size).toFormat(format, { quality }).toBuffer(),
      ),
    );
  };
}
