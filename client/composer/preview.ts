import { NoPreview, render, type Rendered } from './ask.ts';

/** Milliseconds from the last key to the request of a preview; more if the last one took long. */
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
 * Keeps a preview up to date while it is shown. One request at a time; changes during a request are
 * sent afterwards. Returns a function to call when the text or the visibility has changed; with
 * `now`, it does not wait.
 */
export function followText({ title, area, format, pane, isShown, onRendered }: Parts) {
  const note = pane.querySelector('.preview-note');
  const heading = pane.querySelector('.post-title');
  const prose = pane.querySelector('.prose');
  let timer: number | undefined;
  let rest = REST;
  let busy = false;
  /** The text that the preview shows, as a key. */
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
      // A link must not replace the page with the text being written.
      link.target = '_blank';
    }
    if (key() === shown) onRendered(rendered);
  }

  /** Shows a message. The same one is not set again, so that screen readers announce it once. */
  function tell(message: string): void {
    if (note && note.textContent !== message) note.textContent = message;
  }

  return follow;
}
