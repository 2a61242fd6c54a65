import type { FeedLink } from '../views/layout.ts';
import { FORMATS } from './feed.ts';

/**
 * The feeds that a page names in its head, for readers that look for them there: the blog's, and on
 * the page of one person also theirs. `path`: the page's, `title`: what it is called.
 */
export function feedLinks(siteName: string, path: string, title: string): FeedLink[] {
  const [, person] = /^(\/users\/\d+\/)(?:posts|follow)(?:\?|$)/.exec(path) ?? [];
  const own = person === undefined ? [] : linksIn(person, `${siteName} - ${title}`);
  return [...own, ...linksIn('/', siteName)];
}

function linksIn(folder: string, title: string): FeedLink[] {
  return Object.values(FORMATS).map(({ file, type }) => ({ path: folder + file, type, title }));
}
