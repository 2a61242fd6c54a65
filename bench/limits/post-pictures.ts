import sharp from 'sharp';
import { POST_VARIANTS } from '../../src/media/picture-variants.ts';

// As in the worker: one processor each, and no cache.
sharp.concurrency(1);
sharp.cache(false);

/** Above this many pixels the worker lets decoders shrink as far as they can. */
const CAREFUL_PIXELS = 8_000_000;

/**
 * Returns a function that makes the files of a picture for posts with sharp alone, in the order of
 * POST_VARIANTS, from one decoding: no server, no other process, nothing stored.
 */
export async function postPictureMaker(photo: Buffer): Promise<() => Promise<Buffer[]>> {
  const { width, height } = await sharp(photo).metadata();
  const fastShrinkOnLoad = width * height > CAREFUL_PIXELS;
  const largest = Math.max(...POST_VARIANTS.map(({ size }) => size));
  return async () => {
    const { data, info } = await sharp(photo, { failOn: 'error' })
      .autoOrient()
      .resize(largest, largest, {
        fit: 'inside',
        withoutEnlargement: true,
        kernel: 'lanczos3',
        fastShrinkOnLoad,
      })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const raw = { width: info.width, height: info.height, channels: info.channels };
    return Promise.all(
      POST_VARIANTS.map(({ size, format, quality }) =>
        sharp(data, { raw })
          .resize(size, size, { fit: 'inside', withoutEnlargement: true, kernel: 'lanczos3' })
          .flatten(format === 'jpeg' && { background: '#fff' })
          .toFormat(format, { quality })
          .toBuffer(),
      ),
    );
  };
}
