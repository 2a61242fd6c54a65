/**
 * Makes a toolbar one stop of the Tab key, with arrow keys, Home and End inside of it, as the ARIA Authoring Practices
 * describe it.
 */
export function moveByArrows(toolbar: HTMLElement): void {
  const buttons = [...toolbar.querySelectorAll('button')];
  const select = (chosen: HTMLButtonElement): void => {
    for (const button of buttons) button.tabIndex = button === chosen ? 0 : -1;
  };
  toolbar.addEventListener('focusin', ({ target }) => select(target as HTMLButtonElement));
  toolbar.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const last = buttons.length - 1;
    const step = getComputedStyle(toolbar).direction === 'rtl' ? -1 : 1;
    const to = {
      ArrowRight: at + step,
      ArrowLeft: at - step,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons[(to + buttons.length) % buttons.length]?.focus();
  });
}
