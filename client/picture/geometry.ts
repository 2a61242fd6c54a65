/** A width and a height in pixels. */
export interface Size {
  width: number;
  height: number;
}

export type Rotation = 0 | 90 | 180 | 270;

/**
 * The part of a picture to keep: a square in pixels of the upright picture after a clockwise turn
 * by `rotation`. Fractions of pixels are kept, because many small moves would not add up otherwise.
 */
export interface Frame {
  rotation: Rotation;
  x: number;
  y: number;
  size: number;
}

/** A point relative to the square: 0, 0 is its upper left corner and 1, 1 the opposite one. */
export interface Point {
  x: number;
  y: number;
}

/** The side of the stored picture, in pixels; a smaller frame would be enlarged. */
const KEPT = 300;
/** The least zoom range, for pictures that are already small. */
const LEAST_RANGE = 4;

const MIDDLE: Point = { x: 0.5, y: 0.5 };

/** The size of an upright picture after the turn. */
export function turnedSize({ width, height }: Size, rotation: Rotation): Size {
  return rotation % 180 === 0 ? { width, height } : { width: height, height: width };
}

/** The largest square in the middle, which the server uses without a frame. */
export function centred({ width, height }: Size): Frame {
  const size = Math.min(width, height);
  return { rotation: 0, x: (width - size) / 2, y: (height - size) / 2, size };
}

/** Whether the frame is where it was before anything was moved. */
export function isCentred(picture: Size, frame: Frame): boolean {
  const { rotation, x, y, size } = centred(picture);
  return frame.rotation === rotation && frame.x === x && frame.y === y && frame.size === size;
}

/** The side of the smallest frame, in pixels. */
export function smallest({ width, height }: Size): number {
  const short = Math.min(width, height);
  return Math.min(short, Math.max(1, Math.min(KEPT, short / LEAST_RANGE)));
}

/** The zoom of the frame: 1 for the largest square. */
export function zoomOf({ width, height }: Size, frame: Frame): number {
  return Math.min(width, height) / frame.size;
}

/** Moves the picture below the frame, in parts of the frame's side, up to the edge of the picture. */
export function moved(picture: Size, frame: Frame, right: number, down: number): Frame {
  const x = frame.x - right * frame.size;
  const y = frame.y - down * frame.size;
  return within(picture, { ...frame, x, y });
}

/** Zooms in by a factor, or out below 1, and keeps `anchor` in place where it can. */
export function zoomed(picture: Size, frame: Frame, factor: number, anchor = MIDDLE): Frame {
  const { width, height } = picture;
  const largest = Math.min(width, height);
  const size = Math.max(smallest(picture), Math.min(largest, frame.size / factor));
  const x = frame.x + anchor.x * (frame.size - size);
  const y = frame.y + anchor.y * (frame.size - size);
  return within(picture, { ...frame, x, y, size });
}

/** Turns picture and frame a quarter clockwise: the same part of the picture is kept. */
export function turned(picture: Size, frame: Frame): Frame {
  const { height } = turnedSize(picture, frame.rotation);
  const rotation = ((frame.rotation + 90) % 360) as Rotation;
  // The difference of fractions can be a little below zero.
  return within(picture, { ...frame, rotation, x: height - frame.y - frame.size, y: frame.x });
}

/** Two fingers moved from two points to two others: what was under them stays under them. */
export function pinched(
  picture: Size,
  frame: Frame,
  [from, to]: readonly [readonly [Point, Point], readonly [Point, Point]],
): Frame {
  const [before, after] = [between(...from), between(...to)];
  const shifted = moved(picture, frame, after.x - before.x, after.y - before.y);
  const apart = distance(...from);
  // Two fingers on one point have no distance.
  return apart === 0 ? shifted : zoomed(picture, shifted, distance(...to) / apart, after);
}

/** The frame in whole pixels, at most half a pixel away, and inside the picture. */
export function onPixels(picture: Size, frame: Frame): Frame {
  const { width, height } = turnedSize(picture, frame.rotation);
  const size = Math.max(1, Math.min(Math.round(frame.size), width, height));
  const x = Math.max(0, Math.min(Math.round(frame.x), width - size));
  const y = Math.max(0, Math.min(Math.round(frame.y), height - size));
  return { rotation: frame.rotation, x, y, size };
}

/** The same square in pixels of the picture before it was turned. */
export function unturned(picture: Size, frame: Frame): Frame {
  let back = frame;
  // Four quarters make a full turn: turning on comes back to the start.
  while (back.rotation !== 0) back = turned(picture, back);
  return back;
}

function within(picture: Size, frame: Frame): Frame {
  const { width, height } = turnedSize(picture, frame.rotation);
  const x = Math.max(0, Math.min(frame.x, width - frame.size));
  const y = Math.max(0, Math.min(frame.y, height - frame.size));
  return { ...frame, x, y };
}

function between(one: Point, other: Point): Point {
  return { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 };
}

function distance(one: Point, other: Point): number {
  return Math.hypot(one.x - other.x, one.y - other.y);
}
