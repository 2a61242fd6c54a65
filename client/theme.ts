// Runs before the first paint, so it is a classic script: no imports and nothing global.
{
  const KEY = 'theme';
  const root = document.documentElement;
  root.classList.add('scripts');

  const apply = (theme: string | null): void => {
    if (theme === 'light' || theme === 'dark') root.dataset['theme'] = theme;
    else delete root.dataset['theme'];
    for (const bar of document.querySelectorAll<HTMLMetaElement>('meta[name=theme-color]')) {
      const own = bar.dataset['of'];
      const chosen = root.dataset['theme'] === own ? 'all' : 'not all';
      bar.media = root.dataset['theme'] ? chosen : `(prefers-color-scheme: ${own})`;
    }
  };

  // A browser may forbid storage; then the choice lasts as long as the page.
  const stored = (): string | null => {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };

  const keep = (theme: string): void => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {}
  };

  /** An item of the session that a form left for this page. */
  const carried = (name: string): string | null => {
    try {
      const item = sessionStorage.getItem(name);
      sessionStorage.removeItem(name);
      return item;
    } catch {
      return null;
    }
  };

  apply(stored());

  // Shown before the first paint; later it would push down what is being read.
  const message = carried('status');
  const isNote = carried('status-note') !== null;
  if (message !== null) {
    const parsing = new MutationObserver(() => {
      const place = document.querySelector('#status');
      if (!place) return;
      place.textContent = message;
      if (isNote) place.classList.replace('alert-success', 'alert-note');
      parsing.disconnect();
    });
    parsing.observe(root, { childList: true, subtree: true });
  }

  // The other scripts did not load, so what works without them must be visible.
  addEventListener('load', () => {
    if (root.dataset['ready'] === undefined) root.classList.remove('scripts');
  });

  document.addEventListener('DOMContentLoaded', () => {
    const choice = document.querySelector<HTMLSelectElement>('#theme');
    if (!choice) return;
    const show = (): void => {
      choice.value = root.dataset['theme'] ?? 'auto';
    };
    show();
    choice.addEventListener('change', () => {
      keep(choice.value);
      apply(choice.value);
    });
    // Another tab made a choice.
    addEventListener('storage', (event) => {
      if (event.key !== KEY) return;
      apply(event.newValue);
      show();
    });
  });
}
