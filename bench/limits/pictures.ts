import sharp from 'sharp';
import { VARIANTS } from '../../src/media/picture-variants.ts';

// As in the worker: a processor each, and nothing kept.
sharp.concurrency(1);
sharp.cache(false);

/** Above so many pixels the worker lets decoders shrink as far as they can. */
const CAREFUL_PIXELS = 8_000_000;

/**
 * A function that makes the files of an upload by sharp alone, in the order of VARIANTS: no server, no process
 * between, nothing stored.
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
