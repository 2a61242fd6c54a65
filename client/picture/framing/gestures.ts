import type { Point } from '../geometry.ts';
import { INSET } from './paint.ts';

/** What fingers, pens and mice ask for; points and distances are in parts of the frame's side. */
interface Gestures {
  move: (right: number, down: number) => void;
  pinch: (way: readonly [readonly [Point, Point], readonly [Point, Point]]) => void;
  zoom: (factor: number, at: Point) => void;
}

/** A wheel's step of 100 pixels zooms by 16 %; a trackpad's pinch comes in smaller steps. */
const WHEEL = 0.0015;
const PINCH_WHEEL = 0.01;
const PIXELS_PER_LINE = 16;

/** Listens on the stage: one pointer drags, two pinch, the wheel zooms towards the pointer. */
export function hearGestures(stage: HTMLElement, { move, pinch, zoom }: Gestures): void {
  const held = new Map<number, Point>();

  const at = ({ clientX, clientY }: MouseEvent): Point => {
    const { left, top, width } = stage.getBoundingClientRect();
    const inset = width * INSET;
    const side = width - 2 * inset;
    return { x: (clientX - left - inset) / side, y: (clientY - top - inset) / side };
  };
  const release = ({ pointerId }: PointerEvent): void => {
    held.delete(pointerId);
    stage.classList.toggle('held', held.size > 0);
  };

  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || held.size === 2) return;
    stage.setPointerCapture(event.pointerId);
    held.set(event.pointerId, at(event));
    stage.classList.add('held');
  });
  stage.addEventListener('pointermove', (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const now = at(event);
    held.set(event.pointerId, now);
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) move(now.x - before.x, now.y - before.y);
    else {
      pinch([
        [before, other],
        [now, other],
      ]);
    }
  });
  stage.addEventListener('pointerup', release);
  stage.addEventListener('pointercancel', release);
  stage.addEventListener('lostpointercapture', release);
  stage.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : PIXELS_PER_LINE;
      // Browsers report the pinch of a trackpad as a wheel with Ctrl.
      const speed = event.ctrlKey ? PINCH_WHEEL : WHEEL;
      zoom(Math.exp(-event.deltaY * lines * speed), at(event));
    },
    { passive: false },
  );
}
