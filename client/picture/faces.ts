/**
 * Gives a person a new face everywhere on the page: of the picture of that key, or their initials.
 * The page holds a template of each, in which 32 zeros stand for the key.
 */
export function setFaces(person: string, key: string | null): void {
  const id = key === null ? 'face-initials' : 'face-picture';
  const template = document.querySelector<HTMLTemplateElement>(`#${id}`);
  const markup = template?.innerHTML.replaceAll('0'.repeat(32), key ?? '');
  if (!markup) return;
  for (const old of document.querySelectorAll(`[data-face="${person}"]`)) {
    old.replaceWith(face(markup, old));
  }
}

/** Of the size of the one it replaces, and called the same by screen readers. */
function face(markup: string, old: Element): Element {
  const holder = document.createElement('template');
  holder.innerHTML = markup;
  const made = holder.content.firstElementChild ?? old;
  const size = old.getAttribute('width') ?? '';
  made.setAttribute('width', size);
  made.setAttribute('height', size);
  const label = old.getAttribute('alt') ?? old.getAttribute('aria-label') ?? '';
  if (made instanceof HTMLImageElement) {
    made.alt = label;
    made.sizes = `${size}px`;
  } else if (label !== '') {
    made.removeAttribute('aria-hidden');
    made.setAttribute('role', 'img');
    made.setAttribute('aria-label', label);
  }
  return made;
}
