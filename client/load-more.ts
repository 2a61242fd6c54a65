const LOADING = 'Loading...';
const FAILED = 'Error - Click to Retry';

/** The link to the next page fetches it and appends its posts in place. */
export function loadMore(): void {
  const link = document.querySelector<HTMLAnchorElement>('a[data-load-more]');
  const pager = link?.closest('nav');
  if (!link || !pager) return;
  const text = link.textContent;
  const spoken = document.createElement('p');
  spoken.className = 'visually-hidden';
  spoken.role = 'status';
  pager.append(spoken);
  let busy = false;

  // Screen readers do not say that the text of what has the focus is another now.
  const say = (words: string, aloud = words): void => {
    link.textContent = words;
    spoken.textContent = aloud;
  };

  const load = async (): Promise<void> => {
    busy = true;
    say(LOADING);
    link.setAttribute('aria-disabled', 'true');
    try {
      const next = await fetchPage(link.href);
      const added = freshPosts(next);
      pager.before(...added);
      const following = next.querySelector<HTMLAnchorElement>('a[data-load-more]');
      say(text, '');
      if (following) link.href = following.href;
      else link.hidden = true;
      focusTitle(added[0]);
    } catch {
      say(FAILED);
    } finally {
      busy = false;
      link.removeAttribute('aria-disabled');
    }
  };

  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!busy) void load();
  });
}

async function fetchPage(url: string): Promise<Document> {
  const response = await fetch(url, { headers: { accept: 'text/html' } });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

/** Those not yet shown: a post written meanwhile pushes the last ones of a page into the next. */
function freshPosts(next: Document): HTMLElement[] {
  return [...next.querySelectorAll<HTMLElement>('article[data-post]')].filter(
    ({ dataset }) => !document.querySelector(`article[data-post="${dataset['post']}"]`),
  );
}

function focusTitle(post: HTMLElement | undefined): void {
  post?.querySelector<HTMLElement>('.post-title a')?.focus();
}
