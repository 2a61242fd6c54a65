import { href } from './href.ts';

/** Includes the path, because one may be signed in as somebody else on another blog of this host. */
const KEY = `viewer${href('')}`;

/**
 * Reloads this page once another tab has signed in as somebody else. Otherwise its actions, such as
 * deleting the account it names, would apply to the other account.
 */
export function followViewer(): void {
  const mine = document.body.dataset['viewer'];
  // A signed-out page can change nothing; it keeps what is written in it.
  if (mine === undefined) return;
  addEventListener('storage', ({ key, newValue }) => {
    if (key === KEY && newValue !== null && newValue !== mine) location.reload();
  });
  try {
    localStorage.setItem(KEY, mine);
  } catch {
    // Without storage, tabs cannot inform each other.
  }
}
