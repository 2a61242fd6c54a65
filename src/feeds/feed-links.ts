import type { FeedLink } from '../views/layout.ts';
import { FORMATS } from './feed.ts';

/**
 * The feeds that a page names in its head, where feed readers look for them: the blog's, and on the
 * page of a person or tag also theirs. `path`: the page's, `title`: what it is called.
 */
export function feedLinks(siteName: string, path: string, title: string): FeedLink[] {
  const [, person, tag] =
    /^(?:(\/users\/\d+\/)(?:posts|follow)|(\/tags\/[^/?]+)(?:\/follow)?)(?:\?|$)/.exec(path) ?? [];
  const folder = person ?? (tag && `${tag}/`);
  const own = folder === undefined ? [] : linksIn(folder, `${siteName} - ${title}`);
  return [...own, ...linksIn('/', siteName)];
}

function linksIn(folder: string, title: string): FeedLink[] {
  return Object.values(FORMATS).map(({ file, type }) => ({ path: folder + file, type, title }));
}
