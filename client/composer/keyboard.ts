/**
 * Keeps a bar above a phone's keyboard where that covers the page: in Safari, which does not know
 * `interactive-widget`.
 */
export function stayAboveKeyboard(bar: HTMLElement): void {
  const { visualViewport } = window;
  if (!visualViewport) return;
  const place = (): void => {
    const { height, offsetTop, scale } = visualViewport;
    // When the page is zoomed in, the difference is not the keyboard's.
    const covered = scale > 1 ? 0 : document.documentElement.clientHeight - height - offsetTop;
    bar.style.setProperty('--keyboard', `${Math.max(0, Math.round(covered))}px`);
  };
  visualViewport.addEventListener('resize', place);
  visualViewport.addEventListener('scroll', place);
}
