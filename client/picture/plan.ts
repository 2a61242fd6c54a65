import { centred, onPixels, turnedSize, unturned, type Frame, type Size } from './geometry.ts';

/** The longest side of a shrunk picture, in pixels: four times what is stored. */
export const MAX_SIDE = 1200;
/** A frame with fewer pixels loses by being scaled twice; this is twice what is stored. */
const ENOUGH = 600;

/** How to make a smaller picture of a large one, and where the frame is in it. */
export interface Plan {
  /** The part of the upright picture to send, in its pixels. */
  region: Size & { x: number; y: number };
  /** The size to scale that to. */
  to: Size;
  /** The frame in pixels of the smaller picture, with the same rotation. */
  frame: Frame;
}

/**
 * How to shrink a picture so that its longest side has at most `maxSide` pixels: all of it, or only
 * the framed part if the frame would otherwise have too few pixels. Never enlarges.
 */
export function planShrink(picture: Size, frame: Frame, maxSide = MAX_SIDE): Plan {
  const exact = onPixels(picture, frame);
  const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
  if (scale < 1 && exact.size * scale < ENOUGH) return onlyFramed(picture, exact, maxSide);
  const to = {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
  // Not by spreading: a decoded picture inherits its width and height.
  const { width, height } = picture;
  return { region: { x: 0, y: 0, width, height }, to, frame: scaled(picture, to, frame) };
}

function onlyFramed(picture: Size, frame: Frame, maxSide: number): Plan {
  const { x, y, size } = unturned(picture, frame);
  const side = Math.min(size, maxSide);
  const to = { width: side, height: side };
  const { rotation } = frame;
  return {
    region: { x, y, width: size, height: size },
    to,
    frame: { ...centred(to), rotation },
  };
}

/** The frame in a scaled picture; both sides were rounded separately. */
function scaled(picture: Size, to: Size, frame: Frame): Frame {
  const [from, into] = [turnedSize(picture, frame.rotation), turnedSize(to, frame.rotation)];
  const [across, down] = [into.width / from.width, into.height / from.height];
  const size = frame.size * Math.min(across, down);
  return onPixels(to, { ...frame, x: frame.x * across, y: frame.y * down, size });
}
