import { localizeDates } from './dates.ts';

const LOADING = 'Loading...';
const FAILED = 'Error - Click to Retry';

/** What Back restores: how many pages were added to this one, and how far it was scrolled. */
interface Extent {
  pages: number;
  /** CSS pixels. */
  top: number;
}

/** Makes the link to the next page load that page and append its posts. */
export function loadMore(): void {
  const link = document.querySelector<HTMLAnchorElement>('a[data-load-more]');
  const pager = link?.closest('nav');
  const list = document.querySelector<HTMLElement>('.posts');
  if (!link || !pager || !list) return;
  const text = link.textContent;
  const spoken = document.createElement('p');
  spoken.className = 'visually-hidden';
  spoken.role = 'status';
  pager.append(spoken);
  let busy = false;
  let pages = 0;

  // Screen readers do not announce that the text of the focused link has changed.
  const say = (words: string, aloud = words): void => {
    link.textContent = words;
    spoken.textContent = aloud;
  };

  /** Appends the posts of the next page that are not there yet, and returns its parts. */
  const append = async (): Promise<HTMLElement[]> => {
    const next = await fetchPage(new URL(link.href));
    const parts = freshParts(next);
    list.append(...parts);
    for (const part of parts) localizeDates(part);
    pages += 1;
    const following = next.querySelector<HTMLAnchorElement>('a[data-load-more]');
    if (following) link.href = following.href;
    else link.hidden = true;
    return parts;
  };

  const load = async (): Promise<void> => {
    busy = true;
    say(LOADING);
    link.setAttribute('aria-disabled', 'true');
    try {
      const parts = await append();
      say(text, '');
      remember({ pages, top: scrollY });
      focusFirst(parts);
    } catch {
      say(FAILED);
    } finally {
      busy = false;
      link.removeAttribute('aria-disabled');
    }
  };

  /** Restores what was there before leaving the page; the browser does not do that itself. */
  const restore = async ({ pages: before, top }: Extent): Promise<void> => {
    busy = true;
    history.scrollRestoration = 'manual';
    const begun = scrollY;
    try {
      // Page by page, because what is folded depends on where pages end.
      for (let page = 0; page < before && !link.hidden; page++) await append();
      // If the reader has scrolled meanwhile, leave them there.
      if (scrollY === begun) scrollTo({ top, behavior: 'instant' });
    } catch {
      // Without the script, the link still works.
    } finally {
      busy = false;
    }
  };

  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!busy) void load();
  });
  addEventListener('pagehide', () => {
    if (pages > 0 && !busy) remember({ pages, top: scrollY });
  });
  const extent = remembered();
  if (extent) void restore(extent);
}

function remember(extent: Extent): void {
  history.replaceState({ ...(history.state as object | null), extent }, '');
}

function remembered(): Extent | undefined {
  return (history.state as { extent?: Extent } | null)?.extent;
}

async function fetchPage(url: URL): Promise<Document> {
  const response = await fetch(url, { headers: { accept: 'text/html' } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

/**
 * The parts of a list without the posts shown already: a newly written post pushes the last ones of a
 * page into the next, and pinned posts stand on top.
 */
function freshParts(next: Document): HTMLElement[] {
  const parts = [...next.querySelectorAll<HTMLElement>('.posts > *')];
  for (const part of parts) {
    for (const post of [part, ...part.querySelectorAll<HTMLElement>('[data-post]')]) {
      const { post: id } = post.dataset;
      if (id !== undefined && document.querySelector(`.posts [data-post="${id}"]`)) post.remove();
    }
  }
  return parts.filter((part) => part.isConnected && !part.matches('.titles:not(:has(li))'));
}

/** Moves the focus to the first title, of a post or in a list of titles. */
function focusFirst(parts: HTMLElement[]): void {
  const first = parts.find((part) => part.matches('.post, .titles'));
  first?.querySelector<HTMLElement>('.post-title a, li a')?.focus();
}
