import { centred, onPixels, turnedSize, unturned, type Frame, type Size } from './geometry.ts';

/** The longest side of a picture that was made smaller, in pixels: four times what is kept. */
export const MAX_SIDE = 1200;
/** A frame of fewer pixels loses by being scaled twice; this is twice what is kept. */
const ENOUGH = 600;

/** A smaller picture made of a large one, and where in it the frame lies. */
export interface Plan {
  /** what is taken of the upright picture, in its pixels */
  region: Size & { x: number; y: number };
  /** what that is scaled to */
  to: Size;
  /** the frame in the pixels of the smaller picture, turned as before */
  frame: Frame;
}

/**
 * How to make a picture smaller, so that its longest side has at most `maxSide` pixels: all of it, or
 * only what is framed if the frame had too few pixels left otherwise. Never larger than it is.
 */
export function planShrink(picture: Size, frame: Frame, maxSide = MAX_SIDE): Plan {
  const exact = onPixels(picture, frame);
  const scale = Math.min(1, maxSide / Math.max(picture.width, picture.height));
  if (scale < 1 && exact.size * scale < ENOUGH) return onlyFramed(picture, exact, maxSide);
  const to = {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
  // Not by spreading: what a browser decoded has its sizes by inheritance.
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

/** The frame in a picture that was scaled; both sides were rounded by themselves. */
function scaled(picture: Size, to: Size, frame: Frame): Frame {
  const [from, into] = [turnedSize(picture, frame.rotation), turnedSize(to, frame.rotation)];
  const [across, down] = [into.width / from.width, into.height / from.height];
  const size = frame.size * Math.min(across, down);
  return onPixels(to, { ...frame, x: frame.x * across, y: frame.y * down, size });
}
