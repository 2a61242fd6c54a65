import { href } from './href.ts';

/** Includes the path, because another blog on this host has other users. */
const KEY = `face${href('')}`;

interface NewFace {
  /** The user's id. */
  person: string;
  /** One `img` or `svg`. */
  markup: string;
}

/** Shows a user's new face everywhere on this page and in this browser's other tabs. */
export function changeFace(person: string, markup: string): void {
  showFace({ person, markup });
  try {
    localStorage.setItem(KEY, JSON.stringify({ person, markup } satisfies NewFace));
    localStorage.removeItem(KEY);
  } catch {
    // Without storage, other tabs show it when they are reloaded.
  }
}

/** Shows changes made in other tabs. */
export function hearOfFaces(): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY && newValue !== null) showFace(JSON.parse(newValue) as NewFace);
  });
}

function showFace({ person, markup }: NewFace): void {
  for (const old of document.querySelectorAll(`[data-face="${person}"]`)) {
    old.replaceWith(fitted(markup, old));
  }
}

/** The same size as the one it replaces, and the same name for screen readers. */
function fitted(markup: string, old: Element): Element {
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
