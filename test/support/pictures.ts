import sharp, { type Sharp } from 'sharp';

interface Size {
  /** pixels */
  width?: number;
  height?: number;
}

interface Photo extends Size {
  /** EXIF orientation, 1 to 8; none if absent. */
  orientation?: number;
  /** 1 to 100 */
  quality?: number;
  /** Amplitude of the grain, 0 to 255; it makes a photo's file large. */
  noise?: number;
}

/** A soft landscape of colours with grain over it, the same each time. */
export async function landscape({
  width = 640,
  height = 480,
  noise = 0,
}: Photo = {}): Promise<Sharp> {
  const random = xorshift(7);
  const patches = Buffer.from(Array.from({ length: 32 * 24 * 3 }, () => random() & 255));
  const pixels = await sharp(patches, { raw: { width: 32, height: 24, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  if (noise > 0) {
    const grain = new Uint8ClampedArray(pixels.buffer, pixels.byteOffset, pixels.length);
    for (let i = 0; i < grain.length; i += 1) {
      const bits = random();
      // The sum of two bytes: most grain is faint, like a sensor's.
      grain[i]! += (((bits & 255) + ((bits >>> 8) & 255) - 255) / 255) * noise;
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** A JPEG as a camera might make it. */
export async function photo(options: Photo = {}): Promise<Buffer> {
  const picture = await landscape(options);
  if (options.orientation) picture.withMetadata({ orientation: options.orientation });
  return picture.jpeg({ quality: options.quality ?? 85 }).toBuffer();
}

let big: Promise<Buffer> | undefined;

/** A phone's photo: 12 megapixels, about 4 MB, rotated by EXIF. Made once per process. */
export function bigPhoto(): Promise<Buffer> {
  big ??= photo({ width: 4000, height: 3000, orientation: 6, noise: 40 });
  return big;
}

export async function png(size: Size = {}): Promise<Buffer> {
  return (await landscape(size)).png().toBuffer();
}

export async function gif(size: Size = {}): Promise<Buffer> {
  return (await landscape(size)).gif().toBuffer();
}

export async function webp(size: Size = {}): Promise<Buffer> {
  return (await landscape(size)).webp().toBuffer();
}

/** The colours of `quadrants`: top left, top right, bottom left, bottom right. */
export const QUADRANTS = ['#ff0000', '#00ff00', '#0000ff', '#ffff00'] as const;

/** Four colours that show which side is up; `width` and `height` should be even. */
export function quadrants(width = 80, height = 60): Sharp {
  const [w, h] = [width / 2, height / 2];
  const parts = QUADRANTS.map((colour, i) => ({
    input: { create: { width: w, height: h, channels: 3 as const, background: colour } },
    left: (i % 2) * w,
    top: Math.floor(i / 2) * h,
  }));
  return sharp({ create: { width, height, channels: 3, background: '#000' } }).composite(parts);
}

/** A picture of one colour. */
export function plain(background: string, { width = 40, height = 40 }: Size = {}): Sharp {
  return sharp({ create: { width, height, channels: 4, background }, limitInputPixels: false });
}

function xorshift(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
