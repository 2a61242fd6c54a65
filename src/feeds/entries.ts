import { MAIN, mediaUrl } from '../media/picture-variants.ts';
import { postPath, shownTitle, type ShownPost } from '../posts/post.ts';
import { isoTime } from '../views/date.ts';
import { absoluteMarkup } from './absolute-markup.ts';
import {
  feedFolder,
  feedHome,
  FORMATS,
  type Entry,
  type Feed,
  type FeedFormat,
  type FeedPerson,
  type FeedSite,
} from './feed.ts';

/**
 * Characters of an entry's markup. Longer texts are cut, with a link to the rest, so that a page of
 * a feed has a few megabytes at most.
 */
const HTML_MAX = 250_000;

/** A feed's entries. `updated` moves only when the published text changes. */
export function entriesOf(site: FeedSite, feed: Feed): Entry[] {
  const entries = feed.posts.map((post) => {
    const url = site.publicUrl + postPath(post);
    return {
      id: `${feed.id}/post/${post.id}`,
      url,
      title: shownTitle(post),
      html: absoluteMarkup(site, url, markupOf(post, url)),
      published: isoTime(post.date_posted),
      updated: isoTime(post.edited_at ?? post.date_posted),
      tags: post.tags,
      author: authorOf(site, {
        id: post.user_id,
        username: post.username,
        picture_key: post.picture_key,
      }),
    };
  });
  return feed.own?.entries(site, entries) ?? entries;
}

function markupOf({ shown }: ShownPost, url: string): string {
  if (shown.html.length <= HTML_MAX) return shown.html;
  return `${shown.excerptHtml}\n<p><a href="${url}">Continue</a></p>`;
}

/** The name, page and picture of a person, as absolute addresses. */
export function authorOf(site: FeedSite, { id, username, picture_key }: FeedPerson) {
  const url = `${site.publicUrl}/users/${id}/posts`;
  if (picture_key === null) return { name: username, url };
  const face = mediaUrl(site.mediaBase, picture_key, MAIN);
  return { name: username, url, avatar: new URL(face, site.publicUrl).href };
}

/** What a feed is called. */
export function titleOf(
  { siteName }: Pick<FeedSite, 'siteName'>,
  { person, tag, own }: Feed,
): string {
  if (own) return `${siteName} - ${own.title}`;
  if (tag) return `${siteName} - Tag: ${tag.name}`;
  return person ? `${siteName} - Posts by ${person.username}` : siteName;
}

/** Absolute addresses of a feed: its pages (RFC 5005), and the page for people. */
export function addressesOf({ publicUrl }: FeedSite, feed: Feed, format: FeedFormat) {
  const first = publicUrl + (feed.own?.folder ?? feedFolder(feed)) + FORMATS[format].file;
  const page = (cursor: string | undefined) =>
    cursor === undefined ? first : `${first}?cursor=${cursor}`;
  return {
    first,
    self: page(feed.cursor),
    next: feed.next === undefined ? undefined : page(feed.next),
    home: publicUrl + (feed.own?.home ?? feedHome(feed)),
  };
}
