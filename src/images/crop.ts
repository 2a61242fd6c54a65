/** Degrees clockwise by which a picture can be rotated. */
export const ROTATIONS = [0, 90, 180, 270] as const;
export type Rotation = (typeof ROTATIONS)[number];

/** A square of `size` pixels whose corner is `x`, `y`. */
export interface Square {
  x: number;
  y: number;
  size: number;
}

/** The part of a picture to keep, in pixels of the upright picture (by EXIF) after `rotation`. */
export interface Crop extends Square {
  rotation: Rotation;
}

/** pixels */
export interface Size {
  width: number;
  height: number;
}

/** How stored pixels become visible ones: mirrored left to right if `mirrored`, then rotated clockwise. */
export interface Turn {
  mirrored: boolean;
  rotation: Rotation;
}

/** What the EXIF orientations 1 to 8 mean. */
const ORIENTATIONS: readonly [mirrored: boolean, rotation: Rotation][] = [
  [false, 0],
  [true, 0],
  [false, 180],
  [true, 180],
  [true, 270],
  [false, 90],
  [true, 90],
  [false, 270],
];

/** Combines the EXIF orientation (1 if there is none) with a rotation. */
export function turnBy(orientation: number | undefined, rotation: Rotation): Turn {
  const [mirrored, upright] = ORIENTATIONS[(orientation ?? 1) - 1] ?? [false, 0];
  return { mirrored, rotation: ((upright + rotation) % 360) as Rotation };
}

/** The size of the stored pixels after the turn. */
export function turned({ width, height }: Size, { rotation }: Turn): Size {
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/**
 * Where a square of the turned picture is in the stored one. Cropping there means that only the
 * square is turned, and the decoder works line by line: turning 50 megapixels would take 300 MB.
 */
export function storedSquare(square: Square, stored: Size, turn: Turn): Square {
  const { size } = square;
  const { x, y } = turnedBack(square, stored, turn.rotation);
  return { x: turn.mirrored ? stored.width - x - size : x, y, size };
}

function turnedBack(
  { x, y, size }: Square,
  { width, height }: Size,
  rotation: Rotation,
): { x: number; y: number } {
  if (rotation === 90) return { x: y, y: height - x - size };
  if (rotation === 180) return { x: width - x - size, y: height - y - size };
  if (rotation === 270) return { x: width - y - size, y: x };
  return { x, y };
}

/** Whether a square is completely within a picture. */
export function isWithin({ x, y, size }: Square, { width, height }: Size): boolean {
  return x + size <= width && y + size <= height;
}
