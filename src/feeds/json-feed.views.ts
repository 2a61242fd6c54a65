import { href } from '../views/href.ts';
import { addressesOf, authorOf, entriesOf, titleOf } from './entries.ts';
import type { Feed, FeedSite } from './feed.ts';

/** A feed as JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/. */
export function jsonFeed(site: FeedSite, feed: Feed): string {
  const { self, next, home } = addressesOf(site, feed, 'json');
  const icon = (file: string) => new URL(href(site, file), site.publicUrl).href;
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: titleOf(site, feed),
    home_page_url: home,
    feed_url: self,
    next_url: next,
    icon: icon('/static/icon-512.png'),
    favicon: icon('/favicon.ico'),
    authors: feed.person ? [authorOf(site, feed.person)] : undefined,
    items: entriesOf(site, feed).map((entry) => ({
      id: entry.id,
      url: entry.url,
      title: entry.title,
      content_html: entry.html,
      date_published: entry.published,
      date_modified: entry.updated,
      authors: [entry.author],
      tags: entry.tags.length > 0 ? entry.tags : undefined,
    })),
  });
}
