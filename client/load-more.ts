import { localizeDates } from './dates.ts';

const LOADING = 'Loading...';
const FAILED = 'Error - Click to Retry';
/** Most posts in one answer, as on the server. */
const LIMIT_MAX = 100;

/** What Back restores: the posts added to the page, and how far it was scrolled. */
interface Extent {
  posts: number;
  /** CSS pixels. */
  top: number;
}

/** Makes the link to the next page load that page and append its posts. */
export function loadMore(): void {
  const link = document.querySelector<HTMLAnchorElement>('a[data-load-more]');
  const pager = link?.closest('nav');
  if (!link || !pager) return;
  const text = link.textContent;
  const limit = new URL(link.href).searchParams.get('limit') ?? '';
  const spoken = document.createElement('p');
  spoken.className = 'visually-hidden';
  spoken.role = 'status';
  pager.append(spoken);
  let busy = false;
  let added = 0;

  // Screen readers do not announce that the text of the focused link has changed.
  const say = (words: string, aloud = words): void => {
    link.textContent = words;
    spoken.textContent = aloud;
  };

  /** Appends the posts at `url` that are not there yet, and returns them. */
  const append = async (url: URL): Promise<HTMLElement[]> => {
    const next = await fetchPage(url);
    const posts = freshPosts(next);
    pager.before(...posts);
    for (const post of posts) localizeDates(post);
    added += posts.length;
    const following = next.querySelector<HTMLAnchorElement>('a[data-load-more]');
    if (following) link.href = withLimit(following.href, limit).href;
    else link.hidden = true;
    return posts;
  };

  const load = async (): Promise<void> => {
    busy = true;
    say(LOADING);
    link.setAttribute('aria-disabled', 'true');
    try {
      const [first] = await append(new URL(link.href));
      say(text, '');
      remember({ posts: added, top: scrollY });
      focusTitle(first);
    } catch {
      say(FAILED);
    } finally {
      busy = false;
      link.removeAttribute('aria-disabled');
    }
  };

  /** Restores what was there before leaving the page; the browser does not do that itself. */
  const restore = async ({ posts, top }: Extent): Promise<void> => {
    busy = true;
    history.scrollRestoration = 'manual';
    const begun = scrollY;
    try {
      let missing = posts;
      while (missing > 0 && !link.hidden) {
        const came = await append(withLimit(link.href, String(Math.min(missing, LIMIT_MAX))));
        missing -= came.length || missing;
      }
      // If the reader has scrolled meanwhile, leave them there.
      if (scrollY === begun) scrollTo({ top, behavior: 'instant' });
    } catch {
      // The link can still be followed.
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
    if (added > 0 && !busy) remember({ posts: added, top: scrollY });
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

function withLimit(href: string, limit: string): URL {
  const url = new URL(href);
  url.searchParams.set('limit', limit);
  return url;
}

async function fetchPage(url: URL): Promise<Document> {
  const response = await fetch(url, { headers: { accept: 'text/html' } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

/** Posts not shown yet: a newly written post pushes the last ones of a page into the next. */
function freshPosts(next: Document): HTMLElement[] {
  return [...next.querySelectorAll<HTMLElement>('article[data-post]')].filter(
    ({ dataset }) => !document.querySelector(`article[data-post="${dataset['post']}"]`),
  );
}

function focusTitle(post: HTMLElement | undefined): void {
  post?.querySelector<HTMLElement>('.post-title a')?.focus();
}
