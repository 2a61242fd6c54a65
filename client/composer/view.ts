/** Where text and preview have room beside each other; as in client/styles/_composer.scss. */
const WIDE = matchMedia('(width >= 75rem)');

/**
 * Makes the button show and hide the preview: beside the text in a wide window, else in its place. Returns whether it is
 * shown; `onChange` is called when that has changed.
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
  // First of all, since what is wrong stands beside the text.
  button.form?.addEventListener('submit', showText, { capture: true });
  button.ariaPressed = String(isShown());
  return isShown;
}
