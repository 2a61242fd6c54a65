/** Degrees clockwise that a picture can be turned by. */
export const ROTATIONS = [0, 90, 180, 270] as const;
export type Rotation = (typeof ROTATIONS)[number];

/** A square of `size` pixels whose corner is `x`, `y`. */
export interface Square {
  x: number;
  y: number;
  size: number;
}

/** The part of a picture to keep, in pixels of it as it stands upright by EXIF and then turned by `rotation`. */
export interface Crop extends Square {
  rotation: Rotation;
}

/** pixels */
export interface Size {
  width: number;
  height: number;
}

/** How stored pixels become those one sees: first mirrored from left to right, or not, then turned clockwise. */
export interface Turn {
  mirrored: boolean;
  rotation: Rotation;
}

/** What EXIF's orientations 1 to 8 ask for. */
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

/** EXIF's orientation, 1 when there is none, and then a rotation, as one. */
export function turnBy(orientation: number | undefined, rotation: Rotation): Turn {
  const [mirrored, upright] = ORIENTATIONS[(orientation ?? 1) - 1] ?? [false, 0];
  return { mirrored, rotation: ((upright + rotation) % 360) as Rotation };
}

/** The size of stored pixels once they are turned. */
export function turned({ width, height }: Size, { rotation }: Turn): Size {
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/**
 * Where a square of the turned picture lies in the stored one. Cut there, nothing but the square is
 * ever turned, and the decoder still goes line by line: to turn 50 megapixels costs 300 MB.
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

/** Whether a square lies wholly within a picture. */
export function isWithin({ x, y, size }: Square, { width, height }: Size): boolean {
  return x + size <= width && y + size <= height;
}
