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

/**
 * A JPEG of at most 1200 px if that is smaller than the file, else the file itself. It is shrunk
 * further if it has more than `most` bytes. `decoded` is already upright.
 */
export async function shrunk(
  file: Blob,
  decoded: ImageBitmap,
  frame: Frame | null,
  most: number,
): Promise<Parcel> {
  const asItIs = { picture: file, frame: frame && onPixels(decoded, frame) };
  if (file.size < Math.min(WORTH_IT, most) || !canvasIsHonest()) return asItIs;
  for (const side of [MAX_SIDE, MAX_SIDE / 2, MAX_SIDE / 4]) {
    const plan = planShrink(decoded, frame ?? centred(decoded), side);
    const picture = await encode(decoded, plan);
    if (!picture || picture.size >= file.size) return asItIs;
    if (picture.size <= most) return { picture, frame: frame && plan.frame };
  }
  return asItIs;
}

/** Transparency becomes white, as on the server. Null if the browser cannot encode it. */
async function encode(decoded: ImageBitmap, { region, to }: Plan): Promise<Blob | null> {
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
    canvas.toBlob(resolve, 'image/jpeg', QUALITY);
  });
  return blob?.type === 'image/jpeg' ? blob : null;
}

/** Browsers that resist fingerprinting return noise instead of what was drawn. */
function canvasIsHonest(): boolean {
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
