import type { Actor, Surface } from '../surface.ts';

/** What readers and their programs ask for; no answer but 200 or an announced 503 is right. */
export function useReading({ random, journal, ask, name, id }: Actor): Surface {
  const read = (kind: string, path: () => string) => async () => {
    const { status } = await ask(kind, 'GET', path());
    if (![200, 503, 0].includes(status)) journal.violated(`${kind} got ${status}`);
  };
  const words = ['text', 'title', '"a title"', `by:${name}`, 'dra*', 'text -draft', '的'];
  return {
    steps: [
      [8, read('home page', () => '/')],
      [6, read('list', () => `/api/posts?skip=${random.below(50)}`)],
      [2, read('person', () => `/users/${id}/posts`)],
      [3, read('search', () => `/api/search?q=${encodeURIComponent(random.pick(words))}`)],
      [2, read('feed', () => random.pick(['/feed.atom', '/feed.json']))],
      [1, read('sitemap', () => '/sitemap.xml')],
    ],
    settle: async () => [],
  };
}
