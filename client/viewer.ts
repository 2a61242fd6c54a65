import { href } from './href.ts';

/** By path: one may be signed in to another blog of this host as somebody else. */
const KEY = `viewer${href('')}`;

/**
 * Loads this page anew once another tab has signed in as somebody else: what it offers, down to deleting
 * the account it names, would otherwise be done to theirs.
 */
export function followViewer(): void {
  const mine = document.body.dataset['viewer'];
  // Signed out, a page can do nothing for anybody; one that was left so keeps what is written in it.
  if (mine === undefined) return;
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY && newValue !== null && newValue !== mine) location.reload();
  });
  try {
    localStorage.setItem(KEY, mine);
  } catch {
    // Without storage no tab can tell another.
  }
}
