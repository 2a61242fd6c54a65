/**
 * Hides what a form asks for only once another field differs from what is stored. Without scripts it
 * is always there. The server marks what the first paint must hide.
 */
export function hideUntilChanged(): void {
  for (const part of document.querySelectorAll<HTMLElement>('[data-when-changed]')) {
    const { whenChanged: name = '', stored } = part.dataset;
    const input = part.closest('form')?.elements.namedItem(name);
    if (!(input instanceof HTMLInputElement)) continue;
    const update = (): void => {
      part.toggleAttribute('data-unchanged', input.value.trim().toLowerCase() === stored);
    };
    update();
    input.addEventListener('input', update);
    // Back from another page, the browser may have kept what was typed.
    addEventListener('pageshow', update);
  }
}
