import { zoomOf, type Frame, type Size } from '../geometry.ts';

/** A zoom as text, such as `140 %`. */
export function percent(zoom: number): string {
  return `${Math.round(zoom * 100)} %`;
}

/** What changed between two frames, or `''`; directions are those of the picture, not of the frame. */
export function change(picture: Size, from: Frame, to: Frame): string {
  if (to.rotation !== from.rotation) return `Turned to ${to.rotation}°`;
  if (to.size !== from.size) return `Zoom ${percent(zoomOf(picture, to))}`;
  const across = direction(from.x - to.x, 'left', 'right');
  const down = direction(from.y - to.y, 'up', 'down');
  const ways = [across, down].filter(Boolean);
  return ways.length === 0 ? '' : `Moved ${ways.join(' and ')}`;
}

function direction(by: number, less: string, more: string): string {
  if (by === 0) return '';
  return by < 0 ? less : more;
}
