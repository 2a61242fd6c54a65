import { centred, onPixels, type Frame } from './geometry.ts';
import { MAX_SIDE, planShrink, type Plan } from './plan.ts';

/** What is sent: a picture, and the part of it to keep, in its own pixels. */
export interface Parcel {
  picture: Blob;
  /** Null for the middle, which the server takes by default. */
  frame: Frame | null;
}

/** Below this many bytes there is nothing to gain. */
const WORTH_IT = 200 * 1024;
const QUALITY = 0.9;
/** A picture without a longer side than this, in pixels, has none to lose. */
const LOSSLESS_SIDE = 600;

/** A picture as it was chosen and as the browser shows it, upright. */
interface Shown {
  picture: Blob;
  decoded: ImageBitmap;
  /** Whether the server sees the same in the file. */
  exact: boolean;
}

/**
 * The file itself if it is exact and nothing is smaller, else what is shown, made smaller: a JPEG of
 * at most 1200 px, or a PNG if it has few pixels. It is shrunk further if it has more than `most` bytes.
 */
export async function pack(
  { picture, decoded, exact }: Shown,
  frame: Frame | null,
  most: number,
): Promise<Parcel> {
  const asItIs = { picture, frame: frame && onPixels(decoded, frame) };
  const small = picture.size < Math.min(WORTH_IT, most);
  if ((exact && small) || !canvasIsHonest()) return asItIs;
  for (const side of [MAX_SIDE, MAX_SIDE / 2, MAX_SIDE / 4]) {
    const plan = planShrink(decoded, frame ?? centred(decoded), side);
    const few = Math.max(plan.to.width, plan.to.height) <= LOSSLESS_SIDE;
    const shrunk = await encode(decoded, plan, exact || !few ? 'image/jpeg' : 'image/png');
    if (!shrunk || (exact && shrunk.size >= picture.size)) return asItIs;
    if (shrunk.size <= most) return { picture: shrunk, frame: frame && plan.frame };
  }
  return asItIs;
}

/** Transparency becomes white, as on the server. Null if the browser cannot encode it. */
async function encode(
  decoded: ImageBitmap,
  { region, to }: Plan,
  type: 'image/jpeg' | 'image/png',
): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = to.width;
  canvas.height = to.height;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, to.width, to.height);
  context.imageSmoothingQuality = 'high';
  const { x, y, width, height } = region;
  context.drawImage(decoded, x, y, width, height, 0, 0, to.width, to.height);
  const blob = await new Promise<Blob | null>((resolve) => {
    canvas.toBlob(resolve, type, QUALITY);
  });
  return blob?.type === type ? blob : null;
}

/** Browsers that resist fingerprinting return noise instead of what was drawn. */
export function canvasIsHonest(): boolean {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 2;
  const context = canvas.getContext('2d');
  if (!context) return false;
  context.fillStyle = '#c86432';
  context.fillRect(0, 0, 2, 2);
  const drawn = [200, 100, 50, 255];
  const read = context.getImageData(0, 0, 2, 2).data;
  return read.every((value, index) => Math.abs(value - (drawn[index % 4] ?? 0)) < 8);
}
