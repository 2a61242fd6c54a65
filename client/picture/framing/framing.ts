import {
  centred,
  isCentred,
  moved,
  pinched,
  smallest,
  turned,
  zoomed,
  zoomOf,
  type Frame,
} from '../geometry.ts';
import { hearGestures } from './gestures.ts';
import { BUTTON_STEP, hearKeys, WAYS, ZOOM_STEP } from './keys.ts';
import { paintPreviews, paintStage } from './paint.ts';
import { speaker } from './speech.ts';
import { change, percent } from './words.ts';

/** The part of the dialog where the square is chosen. */
interface Framing {
  /** Shows a picture with its middle framed, and owns it: it is closed with the next one or by `clear`. */
  show: (picture: ImageBitmap) => void;
  clear: () => void;
  /** The chosen frame, or null for the middle. */
  chosen: () => Frame | null;
  /** While held, nothing can be moved: the picture is being sent. */
  hold: (held: boolean) => void;
  focus: () => void;
}

/** The elements of the framing, which are in the page. */
export interface FramingParts {
  framing: HTMLElement;
  stage: HTMLElement;
  canvas: HTMLCanvasElement;
  previews: HTMLCanvasElement[];
  slider: HTMLInputElement;
  percent: HTMLElement;
  /** Shows and hides the rest of the controls. */
  more: HTMLButtonElement;
  rest: HTMLElement;
  state: HTMLElement;
}

/** Lets the frame be moved, zoomed and turned; `save` is called for Enter. */
export function frameIn(parts: FramingParts, save: () => void): Framing {
  const { say, hush } = speaker(parts.state);
  let picture: ImageBitmap | null = null;
  let frame: Frame = { rotation: 0, x: 0, y: 0, size: 1 };
  /** The frame when a change was last announced. */
  let announced = frame;
  let held = false;
  let drawing = 0;

  const draw = (): void => {
    drawing = 0;
    if (!picture) return;
    paintStage(parts.canvas, picture, frame);
    paintPreviews(parts.previews, picture, frame);
  };
  const redraw = (): void => {
    drawing ||= requestAnimationFrame(draw);
  };
  const showZoom = (): void => {
    if (!picture) return;
    const zoom = zoomOf(picture, frame);
    const most = zoomOf(picture, { ...frame, size: smallest(picture) });
    parts.slider.value = String(most > 1 ? (100 * Math.log(zoom)) / Math.log(most) : 0);
    parts.slider.setAttribute('aria-valuetext', percent(zoom));
    parts.percent.textContent = percent(zoom);
  };
  const become = (next: (picture: ImageBitmap) => Frame, otherwise = ''): void => {
    if (!picture || held) return;
    frame = next(picture);
    showZoom();
    redraw();
    say(() => {
      const words = picture ? change(picture, announced, frame) : '';
      announced = frame;
      // The slider has the focus and announces its value itself.
      const twice = words.startsWith('Zoom') && document.activeElement === parts.slider;
      return twice ? '' : words || otherwise;
    });
  };

  const move = (right: number, down: number, way: string): void =>
    become((of) => moved(of, frame, right, down), `No room to move ${way}. Zoom in first.`);
  const zoom = (factor: number): void =>
    become((of) => zoomed(of, frame, factor), `Zoom ${parts.percent.textContent}`);
  const turn = (): void => become((of) => turned(of, frame));
  const reset = (): void => become(centred, 'Nothing to reset');

  hearGestures(parts.stage, {
    move: (right, down) => become((of) => moved(of, frame, right, down)),
    pinch: (way) => become((of) => pinched(of, frame, way)),
    zoom: (factor, at) => become((of) => zoomed(of, frame, factor, at)),
  });
  hearKeys(parts.framing, { move, zoom, turn, save });
  parts.slider.addEventListener('input', () => {
    become((of) => {
      const most = Math.min(of.width, of.height) / smallest(of);
      const wanted = most ** (Number(parts.slider.value) / 100);
      return zoomed(of, frame, wanted / zoomOf(of, frame));
    });
    showZoom();
  });
  parts.framing.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    const way = target.dataset['move'] ?? '';
    const [right, down] = WAYS[way] ?? [];
    if (right !== undefined && down !== undefined) {
      move(right * BUTTON_STEP, down * BUTTON_STEP, way);
    }
    if (target === parts.more) showMore(parts.rest.hidden !== false);
    const act = { in: () => zoom(ZOOM_STEP), out: () => zoom(1 / ZOOM_STEP), turn, reset };
    act[target.dataset['frame'] as keyof typeof act]?.();
  });
  const showMore = (shown: boolean): void => {
    parts.rest.hidden = !shown;
    parts.more.ariaExpanded = String(shown);
    // Only as far as the buttons, so that the stage stays in sight.
    if (shown) parts.rest.querySelector('.moves')?.scrollIntoView({ block: 'nearest' });
  };
  new ResizeObserver(redraw).observe(parts.stage);

  const clear = (): void => {
    hush();
    // A large photo takes hundreds of megabytes; do not leave them to the garbage collector.
    picture?.close();
    picture = null;
    showMore(false);
    parts.framing.hidden = true;
  };
  return {
    clear,
    show: (given) => {
      clear();
      picture = given;
      frame = announced = centred(given);
      parts.framing.hidden = false;
      showZoom();
      draw();
    },
    chosen: () => (picture && !isCentred(picture, frame) ? frame : null),
    hold: (now) => {
      held = now;
      parts.framing.ariaDisabled = now ? 'true' : null;
    },
    focus: () => parts.stage.focus(),
  };
}
