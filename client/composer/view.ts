/** Windows in which text and preview fit side by side; as in client/styles/composer/. */
const WIDE = matchMedia('(width >= 75rem)');

/**
 * Makes the button show and hide the preview: beside the text in a wide window, otherwise instead
 * of it. Returns whether it is shown; `onChange` is called when that has changed.
 */
export function showPreview(
  composer: HTMLElement,
  button: HTMLButtonElement,
  onChange: () => void,
): () => boolean {
  const isShown = (): boolean => {
    const { view } = composer.dataset;
    return view === 'preview' || (WIDE.matches && view !== 'text');
  };
  const tell = (): void => {
    button.ariaPressed = String(isShown());
    onChange();
  };
  /** Where the text was scrolled to. */
  let scrolled = 0;
  button.addEventListener('click', (event) => {
    // Without scripts it posts the form.
    event.preventDefault();
    const shown = isShown();
    if (!WIDE.matches && !shown) scrolled = scrollY;
    composer.dataset['view'] = shown ? 'text' : 'preview';
    tell();
    if (WIDE.matches) return;
    if (shown) scrollTo({ top: scrolled });
    else composer.scrollIntoView();
  });
  WIDE.addEventListener('change', () => {
    delete composer.dataset['view'];
    tell();
  });
  const showText = (): void => {
    if (WIDE.matches || !isShown()) return;
    composer.dataset['view'] = 'text';
    tell();
  };
  // Before other listeners, because errors are shown beside the text.
  button.form?.addEventListener('submit', showText, { capture: true });
  button.ariaPressed = String(isShown());
  return isShown;
}
