import { deflatedZeros, gifOf, rawPng, resizedJpeg, webpOf } from '../pictures/crafted-pictures.ts';
import { all, type HostileFiles } from './file.ts';
import { plain } from '../pictures.ts';

type Size = readonly [width: number, height: number];

const SIZES: readonly Size[] = [
  [65_500, 65_500],
  [65_535, 65_535],
  [10_220, 5000],
  [5000, 10_220],
  [16_383, 16_383],
  [1, 1_000_000],
  [1_000_000, 1],
  [2 ** 31 - 1, 2 ** 31 - 1],
  [2 ** 31, 1],
  [2 ** 32 - 1, 2 ** 32 - 1],
  [0, 0],
  [0, 40],
  [40, 0],
];

/** Each format, and the largest size that its header can hold. */
const FORMATS: Record<string, { max: number; min: number; of: (size: Size) => Promise<Buffer> }> = {
  'baseline JPEG': { min: 0, max: 0xffff, of: (size) => jpeg(size, false) },
  'progressive JPEG': { min: 0, max: 0xffff, of: (size) => jpeg(size, true) },
  PNG: { min: 0, max: 2 ** 32 - 1, of: (size) => pngOf(size, false) },
  'interlaced PNG': { min: 0, max: 2 ** 32 - 1, of: (size) => pngOf(size, true) },
  GIF: { min: 0, max: 0xffff, of: async (size) => gifFrameOf(size) },
  'lossy WebP': { min: 0, max: 0x3fff, of: lossyWebp },
  'lossless WebP': { min: 1, max: 0x4000, of: losslessWebp },
  'extended WebP': { min: 1, max: 2 ** 24, of: async ([w, h]) => webpOf(w, h) },
  'extended WebP around a small one': { min: 1, max: 2 ** 24, of: extendedWebp },
};

async function jpeg([width, height]: Size, progressive: boolean): Promise<Buffer> {
  return resizedJpeg(await plain('#888').jpeg({ progressive }).toBuffer(), width, height);
}

async function pngOf([width, height]: Size, interlaced: boolean): Promise<Buffer> {
  const header = { width, height, depth: 8, colourType: 2, interlaced };
  return rawPng(header, deflatedZeros(1000, 1));
}

/** The size is in the screen and in the frame, as in a real GIF. */
function gifFrameOf([width, height]: Size): Buffer {
  const gif = gifOf(width, height);
  const frame = gif.indexOf(0x2c);
  gif.writeUInt16LE(width, frame + 5);
  gif.writeUInt16LE(height, frame + 7);
  return gif;
}

async function lossyWebp([width, height]: Size): Promise<Buffer> {
  const webp = await plain('#888').flatten().webp().toBuffer();
  webp.writeUInt16LE(width, 26);
  webp.writeUInt16LE(height, 28);
  return webp;
}

async function losslessWebp([width, height]: Size): Promise<Buffer> {
  const webp = await plain('#888').flatten().webp({ lossless: true }).toBuffer();
  webp.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0, 21);
  return webp;
}

/** A real picture whose outer header lies. */
async function extendedWebp([width, height]: Size): Promise<Buffer> {
  const webp = await plain('#888').flatten().webp().toBuffer();
  const outer = webpOf(width, height).subarray(0, 30);
  outer.writeUInt8(0, 20);
  const whole = Buffer.concat([outer, webp.subarray(12)]);
  whole.writeUInt32LE(whole.length - 8, 4);
  return whole;
}

function lies(): HostileFiles {
  const files: HostileFiles = {};
  for (const [format, { min, max, of }] of Object.entries(FORMATS)) {
    for (const size of SIZES) {
      if (Math.min(...size) < min || Math.max(...size) > max) continue;
      // A GIF without a size has the size of its first frame, which the decoder makes one pixel.
      const expected = format === 'GIF' && Math.min(...size) === 0 ? 'either' : 'refused';
      files[`${format} of ${size.join(' × ')}`] = { make: () => of(size), expected };
    }
  }
  return files;
}

/** Files whose header lies, or describes what no memory could hold. */
export const headerLies: HostileFiles = {
  ...lies(),
  ...all('refused', {
    'GIF screen of 65535 × 65535 with a frame of one pixel': () => gifOf(65_535, 65_535),
    'GIF screen of one pixel with a frame of 65535 × 65535': () => {
      const gif = gifFrameOf([65_535, 65_535]);
      gif.writeUInt32LE(0x0001_0001, 6);
      return gif;
    },
    'GIF without a screen and with a frame of 65535 × 65535': () => {
      const gif = gifFrameOf([65_535, 65_535]);
      gif.writeUInt32LE(0, 6);
      return gif;
    },
    'CMYK JPEG of 65535 × 65535': async () => {
      const jpeg = plain('#888').toColourspace('cmyk').jpeg();
      return resizedJpeg(await jpeg.toBuffer(), 65_535, 65_535);
    },
    'extended WebP of one pixel around a larger one': () => extendedWebp([1, 1]),
  }),
};
