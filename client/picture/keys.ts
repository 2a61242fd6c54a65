/** The ways a picture is moved by a key or a button: right and down, in parts of the frame's side. */
export const WAYS: Record<string, readonly [number, number]> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** By one press of an arrow, with Shift, and by a press of a button. */
const STEP = 0.01;
const FAR = 0.1;
export const BUTTON_STEP = 0.05;

/** By one press of + or −, as a key or as a button. */
export const ZOOM_STEP = 1.1;

/** What keys ask for; moves are in parts of the frame's side. */
export interface Keys {
  move: (right: number, down: number, way: string) => void;
  zoom: (factor: number) => void;
  turn: () => void;
  save: () => void;
}

/** Hears the keys while the focus is in the framing; a slider keeps those that are its own. */
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
    // A button is pressed by Enter. A key that is held from the dialog before must not send.
    else if (key === 'Enter' && !event.repeat && !(target instanceof HTMLButtonElement)) save();
    else return;
    event.preventDefault();
  });
}
