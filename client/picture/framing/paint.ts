import { turnedSize, type Frame, type Rotation, type Size } from '../geometry.ts';

/** Where a framed square goes on a canvas, in pixels of the canvas. */
interface Place {
  x: number;
  y: number;
  side: number;
}

/** The margin around the frame on the stage, as a part of the stage's side. */
export const INSET = 0.07;

/** The side of the stored square, in pixels. */
const KEPT = 300;

/** Paints a picture so that its framed square fills the place; its surroundings are painted too. */
function paintFramed(
  context: CanvasRenderingContext2D,
  picture: ImageBitmap,
  frame: Frame,
  { x, y, side }: Place,
): void {
  const scale = side / frame.size;
  context.save();
  context.translate(x - frame.x * scale, y - frame.y * scale);
  context.scale(scale, scale);
  turn(context, picture, frame.rotation);
  // Transparency becomes white, as on the server.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, picture.width, picture.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0);
  context.restore();
}

function turn(context: CanvasRenderingContext2D, picture: Size, rotation: Rotation): void {
  const { width, height } = turnedSize(picture, rotation);
  if (rotation === 90) context.transform(0, 1, -1, 0, width, 0);
  if (rotation === 180) context.transform(-1, 0, 0, -1, width, height);
  if (rotation === 270) context.transform(0, -1, 1, 0, 0, height);
}

/** Paints the picture below its mask, on a canvas of the size it has on the screen. */
export function paintStage(canvas: HTMLCanvasElement, picture: ImageBitmap, frame: Frame): void {
  const stage = Math.round(canvas.clientWidth * devicePixelRatio);
  if (stage === 0) return;
  const context = cleared(canvas, stage);
  const inset = stage * INSET;
  const place = { x: inset, y: inset, side: stage - 2 * inset };
  if (!context) return;
  paintFramed(context, picture, frame, place);
  mask(context, place, stage);
}

/** Darkens what is not kept. The lines are white beside black, to be visible on any picture. */
function mask(context: CanvasRenderingContext2D, { x, y, side }: Place, stage: number): void {
  const circle = (): void => context.arc(stage / 2, stage / 2, side / 2, 0, 2 * Math.PI);
  context.beginPath();
  context.rect(0, 0, stage, stage);
  circle();
  context.fillStyle = 'rgb(20 15 12 / 58%)';
  context.fill('evenodd');
  const line = Math.max(1, devicePixelRatio);
  for (const [colour, width] of [
    ['rgb(0 0 0 / 55%)', 3.5 * line],
    ['#fff', 1.5 * line],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(x, y, side, side);
    context.beginPath();
    circle();
    context.stroke();
  }
}

/** Paints each preview from the square as it will be stored. */
export function paintPreviews(
  previews: readonly HTMLCanvasElement[],
  picture: ImageBitmap,
  frame: Frame,
): void {
  const kept = document.createElement('canvas');
  const context = cleared(kept, KEPT);
  if (!context) return;
  paintFramed(context, picture, frame, { x: 0, y: 0, side: KEPT });
  for (const preview of previews) {
    const side = Math.round(Number(preview.dataset['preview']) * devicePixelRatio);
    const small = cleared(preview, side);
    if (!small) continue;
    small.imageSmoothingQuality = 'high';
    small.drawImage(kept, 0, 0, side, side);
  }
}

function cleared(canvas: HTMLCanvasElement, side: number): CanvasRenderingContext2D | null {
  // Setting the size clears a canvas, even if it does not change.
  canvas.width = canvas.height = side;
  return canvas.getContext('2d');
}
