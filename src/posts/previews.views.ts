import { MAIN, mediaUrl, POST_JPEG, sizeOf } from '../media/picture-variants.ts';
import type { Person } from '../views/faces/avatar.ts';
import { isoTime } from '../views/date.ts';
import type { Page } from '../views/layout.ts';
import type { Preview } from '../views/preview.ts';
import { pictureBase } from './picture-base.views.ts';
import { postPath, shownTitle, type ShownPost } from './post.ts';
import { cutText } from '../text/cut.ts';

/** Characters of what search engines and previews say about a page. */
const SUMMARY_MAX = 160;

/** For the home page, and the older pages of its list. */
export function homePreview(page: Page): Preview {
  const { siteName } = page;
  const description = `The latest posts on ${siteName}.`;
  const path = listPath(page, '/');
  return { path, type: 'website', title: siteName, description };
}

/** The address of a page of a list, as its canonical path; the newest page has no parameters. */
export function listPath({ path }: Page, first: string): string {
  const given = new URLSearchParams(path.split(/\?(.*)/s, 2)[1]);
  if ((given.get('skip') ?? '0') === '0' && !given.has('cursor')) return first;
  const names = ['skip', 'limit', 'cursor'].filter((name) => given.has(name));
  return `${first}?${names.map((name) => `${name}=${encodeURIComponent(given.get(name) ?? '')}`).join('&')}`;
}

/** For the page of one person's posts, with their face. */
export function personPreview(page: Page, author: Person): Preview {
  const { id, username } = author;
  return {
    path: listPath(page, `/users/${id}/posts`),
    type: 'profile',
    title: `Posts by ${username}`,
    description: `Posts by ${username} on ${page.siteName}.`,
    ...portrait(page, author),
    more: { 'profile:username': username },
  };
}

/** Of a post, with its first picture, or its author's face. */
export function postPreview(page: Page, post: ShownPost): Preview {
  const path = postPath(post);
  const shown = firstPicture(page, post) ?? portrait(page, post);
  return {
    path,
    type: 'article',
    title: shownTitle(post),
    description: summary(post.shown.plain),
    ...shown,
    data: blogPosting(page, post, path, shown.picture?.src),
    more: {
      'article:published_time': isoTime(post.date_posted),
      'article:author': `${page.publicUrl}/users/${post.user_id}/posts`,
    },
  };
}

function firstPicture(page: Page, post: ShownPost): Pick<Preview, 'picture'> | undefined {
  const { picture } = post.shown;
  if (!picture) return undefined;
  const { key, alt } = picture;
  const src = mediaUrl(pictureBase(page, post), key, POST_JPEG);
  return { picture: { src, ...sizeOf(picture, POST_JPEG), alt: alt || shownTitle(post) } };
}

/** A person's uploaded picture. Initials are drawn in the page, so they have no address. */
function portrait(
  { mediaBase }: Page,
  { username, picture_key }: Omit<Person, 'id'>,
): Pick<Preview, 'picture'> {
  if (picture_key === null) return {};
  const src = mediaUrl(mediaBase, picture_key, MAIN);
  const alt = `${username}'s profile picture`;
  return { picture: { src, width: MAIN.size, height: MAIN.size, alt } };
}

/** A text in one line, its beginning. */
function summary(text: string): string {
  return cutText(text.slice(0, 1000).replaceAll(/\s+/g, ' '), SUMMARY_MAX);
}

/** https://schema.org/BlogPosting */
function blogPosting(
  page: Page,
  post: ShownPost,
  path: string,
  picture: string | undefined,
): object {
  const url = page.publicUrl + path;
  return {
    '@type': 'BlogPosting',
    headline: shownTitle(post),
    url,
    mainEntityOfPage: url,
    datePublished: isoTime(post.date_posted),
    dateModified: isoTime(post.edited_at ?? post.date_posted),
    author: {
      '@type': 'Person',
      name: post.username,
      url: `${page.publicUrl}/users/${post.user_id}/posts`,
    },
    image: picture && new URL(picture, page.publicUrl).href,
    isPartOf: { '@type': 'Blog', name: page.siteName, url: `${page.publicUrl}/` },
  };
}
