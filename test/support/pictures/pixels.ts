import sharp from 'sharp';

/** A picture as three bytes a pixel. */
export interface Pixels {
  width: number;
  height: number;
  data: Buffer;
}

/** Decodes a picture as it is stored, ignoring its orientation. */
export async function pixelsOf(picture: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(picture)
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

type Move = (x: number, y: number, width: number, height: number) => [x: number, y: number];

/** Where the EXIF orientations 1 to 8 show a stored pixel: its row and column, as in the standard. */
const SHOWN: Move[] = [
  (x, y) => [x, y],
  (x, y, width) => [width - 1 - x, y],
  (x, y, width, height) => [width - 1 - x, height - 1 - y],
  (x, y, _width, height) => [x, height - 1 - y],
  (x, y) => [y, x],
  (x, y, _width, height) => [height - 1 - y, x],
  (x, y, width, height) => [height - 1 - y, width - 1 - x],
  (x, y, width) => [y, width - 1 - x],
];

/** The picture as an orientation shows it, pixel by pixel. */
export function oriented({ width, height, data }: Pixels, orientation: number): Pixels {
  const move = SHOWN[orientation - 1] as Move;
  const [w, h] = orientation > 4 ? [height, width] : [width, height];
  const shown = Buffer.alloc(data.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const [toX, toY] = move(x, y, width, height);
      const from = (y * width + x) * 3;
      data.copy(shown, (toY * w + toX) * 3, from, from + 3);
    }
  }
  return { width: w, height: h, data: shown };
}

/** The picture turned clockwise by 0, 90, 180 or 270 degrees. */
export function rotated(picture: Pixels, degrees: number): Pixels {
  return oriented(picture, { 0: 1, 90: 6, 180: 3, 270: 8 }[degrees] as number);
}

/** A square of the picture. */
export function cutOut(
  { width, data }: Pixels,
  { x, y, size }: { x: number; y: number; size: number },
): Pixels {
  const rows = Array.from({ length: size }, (_, row) => {
    const from = ((y + row) * width + x) * 3;
    return data.subarray(from, from + size * 3);
  });
  return { width: size, height: size, data: Buffer.concat(rows) };
}

/** The most that two pictures of one size differ in any byte of a pixel. */
export function difference(a: Pixels, b: Pixels): number {
  if (a.data.length !== b.data.length) return Infinity;
  let most = 0;
  for (let i = 0; i < a.data.length; i += 1) {
    most = Math.max(most, Math.abs(a.data[i]! - b.data[i]!));
  }
  return most;
}
