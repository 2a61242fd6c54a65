/** Directions in which a key or button moves the picture: right and down, in parts of the frame's side. */
export const WAYS: Record<string, readonly [number, number]> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** One press of an arrow key, with Shift, and one press of a button. */
const STEP = 0.01;
const FAR = 0.1;
export const BUTTON_STEP = 0.05;

/** One press of + or −, as a key or a button. */
export const ZOOM_STEP = 1.1;

/** What keys ask for; moves are in parts of the frame's side. */
interface Keys {
  move: (right: number, down: number, way: string) => void;
  zoom: (factor: number) => void;
  turn: () => void;
  save: () => void;
}

/** Listens for keys while the focus is in the framing; a slider keeps its own keys. */
export function hearKeys(framing: HTMLElement, { move, zoom, turn, save }: Keys): void {
  framing.addEventListener('keydown', (event) => {
    const { key, shiftKey, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const way = /^Arrow(\w+)$/.exec(key)?.[1]?.toLowerCase();
    const [right = 0, down = 0] = WAYS[way ?? ''] ?? [];
    if (way !== undefined && target instanceof HTMLInputElement) return;
    const step = shiftKey ? FAR : STEP;
    if (way !== undefined) move(right * step, down * step, way);
    else if (key === '+' || key === '=') zoom(ZOOM_STEP);
    else if (key === '-' || key === '_') zoom(1 / ZOOM_STEP);
    else if (key === 'r' || key === 'R') turn();
    // Enter presses a button. A key that is still held from the previous dialog must not send.
    else if (key === 'Enter' && !event.repeat && !(target instanceof HTMLButtonElement)) save();
    else return;
    event.preventDefault();
  });
}
