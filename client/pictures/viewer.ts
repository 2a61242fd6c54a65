/** A button of the viewer. */
function button(text: string, run: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'btn btn-plain btn-small';
  made.textContent = text;
  made.addEventListener('click', run);
  return made;
}

/**
 * Shows a picture in full in a dialog, and the others of the same text by its buttons and the arrow keys. Once closed,
 * the focus is on the link of the picture that was shown last.
 */
export function viewPicture(link: HTMLAnchorElement): void {
  const all = link.closest('.prose')?.querySelectorAll<HTMLAnchorElement>('a.picture') ?? [link];
  const links = [...all];
  let at = links.indexOf(link);
  const dialog = document.createElement('dialog');
  dialog.className = 'viewer';
  const figure = document.createElement('figure');
  const place = document.createElement('span');
  place.setAttribute('role', 'status');

  const show = (index: number): void => {
    at = (index + links.length) % links.length;
    figure.replaceChildren(...shownOf(links[at]));
    place.textContent = links.length > 1 ? `${at + 1} of ${links.length}` : '';
    dialog.ariaLabel = links.length > 1 ? `Picture ${at + 1} of ${links.length}` : 'Picture';
  };

  const bar = document.createElement('div');
  bar.className = 'viewer-bar';
  const close = button('Close', () => dialog.close());
  if (links.length > 1) {
    bar.append(
      button('Previous', () => show(at - 1)),
      place,
      button('Next', () => show(at + 1)),
    );
  }
  bar.append(close);
  dialog.append(figure, bar);
  dialog.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const right = getComputedStyle(dialog).direction === 'rtl' ? -1 : 1;
    const step = { ArrowRight: right, ArrowLeft: -right }[event.key];
    if (step === undefined || links.length === 1) return;
    event.preventDefault();
    show(at + step);
  });
  // Beside the picture and the buttons.
  dialog.addEventListener('click', ({ target }) => {
    if (target === dialog || target === figure) dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    links[at]?.focus();
  });
  show(at);
  document.body.append(dialog);
  dialog.showModal();
  close.focus();
}

/** The largest file of a picture, which has its room before it arrives, and its caption. */
function shownOf(link: HTMLAnchorElement | undefined): HTMLElement[] {
  const small = link?.querySelector('img');
  if (!link || !small) return [];
  const image = document.createElement('img');
  image.alt = small.alt;
  image.width = Number(small.getAttribute('width'));
  image.height = Number(small.getAttribute('height'));
  image.src = link.href;
  const caption = link.closest('figure')?.querySelector('figcaption')?.textContent || small.title;
  if (!caption) return [image];
  const line = document.createElement('figcaption');
  line.dir = 'auto';
  line.textContent = caption;
  return [image, line];
}
