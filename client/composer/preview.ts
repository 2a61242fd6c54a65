import { NoPreview, render, type Rendered } from './ask.ts';

/** How long after the last key a preview is asked for; milliseconds. Longer where the last one took long. */
const REST = 400;

interface Parts {
  title: HTMLTextAreaElement;
  area: HTMLTextAreaElement;
  format: HTMLSelectElement;
  /** Where the preview is shown. */
  pane: HTMLElement;
  isShown: () => boolean;
  onRendered: (rendered: Rendered) => void;
}

/**
 * Keeps a preview up to date while it is shown. One request at a time: what is typed meanwhile is asked for afterwards.
 * Returns what is to be called when the text or what is shown has changed; `now` does not wait.
 */
export function followText({ title, area, format, pane, isShown, onRendered }: Parts) {
  const note = pane.querySelector('.preview-note');
  const heading = pane.querySelector('.post-title');
  const prose = pane.querySelector('.prose');
  let timer: number | undefined;
  let rest = REST;
  let busy = false;
  /** What the preview is of. */
  let shown = area.value === '' ? key() : '';

  function key(): string {
    return `${format.value} ${area.value}`;
  }

  function follow(now = false): void {
    if (heading) heading.textContent = title.value;
    clearTimeout(timer);
    if (!isShown()) return;
    timer = window.setTimeout(() => void update(), now ? 0 : rest);
  }

  async function update(): Promise<void> {
    const asked = key();
    if (busy || asked === shown || !isShown()) return;
    busy = true;
    const began = performance.now();
    let retry: number | undefined = rest;
    try {
      const rendered = await render(area.value, format.value);
      shown = asked;
      rest = Math.max(REST, 2 * (performance.now() - began));
      show(rendered);
    } catch (error) {
      if (!(error instanceof NoPreview)) throw error;
      retry = error.retry;
      // The last good one stays, dimmed.
      pane.dataset['stale'] = '';
      tell(error.message);
    } finally {
      busy = false;
    }
    if (retry !== undefined && key() !== shown)
      timer = window.setTimeout(() => void update(), retry);
  }

  function show(rendered: Rendered): void {
    delete pane.dataset['stale'];
    const plain = rendered.shown_plain;
    tell(plain === null ? '' : `Shown as you typed it, without formatting: ${plain}.`);
    if (prose) prose.innerHTML = rendered.html;
    for (const link of prose?.querySelectorAll<HTMLAnchorElement>('a:not([href^="#"])') ?? []) {
      // What is being written stays open.
      link.target = '_blank';
    }
    if (key() === shown) onRendered(rendered);
  }

  /** A region that is filled with the same again is not announced again. */
  function tell(message: string): void {
    if (note && note.textContent !== message) note.textContent = message;
  }

  return follow;
}
