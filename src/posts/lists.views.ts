import { mediaUrl, POST_JPEG, POST_WEBP, sizeOf } from '../media/picture-variants.ts';
import { avatar, type Person } from '../views/avatar.ts';
import { storedMarkup } from '../views/stored-markup.ts';
import { date } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { byline, dateline } from './byline.views.ts';
import { postPath, shownTitle, type ShownPost } from './post.ts';
import { homePreview, personPreview } from './previews.views.ts';

/** A page of posts as the store returns it. */
export interface PostList {
  posts: ShownPost[];
  total: number;
  skip: number;
  limit: number;
  /** The query of the next page, if there is one. */
  next: string | undefined;
}

/** The author whose posts a page lists. */
export interface Author extends Person {
  /** Microseconds. */
  created_at: number;
  postCount: number;
}

/** Posts newest first, as excerpts. */
export function homePage(page: Page, list: PostList): Html {
  const body =
    list.total === 0
      ? emptyBlog(page)
      : html`${list.posts.map((p, i) => article(page, p, byline(page, p, i >= FIRST_SCREEN), list.skip + i === 0))}`;
  return layout(
    { ...page, preview: homePreview(page) },
    html`<h1 class="visually-hidden">${page.siteName}: latest posts</h1>
${body}
${pager(href(page, '/'), list)}`,
  );
}

/** What a later feature shows in the head of a person's page. */
export interface PersonSlots {
  /** below their name and count */
  belowName?: Html | null;
  /** below the head */
  belowHead?: Html | null;
}

/** One person's posts, as excerpts. */
export function personPage(
  page: Page,
  author: Author,
  list: PostList,
  slots: readonly PersonSlots[] = [],
): Html {
  const { username, postCount } = author;
  const count = postCount === 1 ? '1 post' : `${postCount.toLocaleString('en')} posts`;
  return layout(
    { ...page, preview: personPreview(page, author) },
    html`<header class="person">
${avatar(author, { size: 128, mediaBase: page.mediaBase })}
<div><h1>Posts by <bdi>${username}</bdi></h1>
<p class="meta">${count}, here since ${date(author.created_at)}</p>
<p class="meta"><a class="follow-link" href="${href(page, `/users/${author.id}/follow`)}">Follow</a></p>
${slots.map(({ belowName }) => belowName)}</div>
</header>
${slots.map(({ belowHead }) => belowHead)}
${list.total === 0 && html`<p class="empty">No posts by this user yet.</p>`}
${list.posts.map((post) => article(page, post, dateline(post)))}
${pager(href(page, `/users/${author.id}/posts`), list)}`,
  );
}

/** The smallest file of a post's picture. */
const THUMBNAIL = POST_WEBP.at(-1) ?? POST_JPEG;

/** How many faces a first screen may show; those below are loaded when they come near. */
const FIRST_SCREEN = 3;

/**
 * `signed` shows author and date, as far as the page does not show them already. The first post of
 * the front page has a larger title.
 */
function article(page: Page, post: ShownPost, signed: Html, front = false): Html {
  const { excerptHtml, excerptCut } = post.shown;
  const address = href(page, postPath(post));
  const more = html`<p><a class="more" href="${address}" aria-label="Continue reading ${shownTitle(post)}">Continue</a></p>`;
  return html`<article class="${front ? 'post front' : 'post'}" data-post="${post.id}">
<h2 class="post-title" dir="auto"><a href="${address}">${shownTitle(post)}</a></h2>
${signed}
${thumbnail(page, post)}<div class="prose">${storedMarkup(page, excerptHtml)}</div>
${excerptCut && more}
</article>
`;
}

/** The post's first picture, beside its excerpt. It says nothing that the title and the text do not. */
function thumbnail(page: Page, post: ShownPost): Html | null {
  const { picture } = post.shown;
  if (!picture) return null;
  const { width, height } = sizeOf(picture, THUMBNAIL);
  const src = mediaUrl(page.mediaBase, picture.key, THUMBNAIL);
  return html`<a class="thumbnail" href="${href(page, postPath(post))}" tabindex="-1" aria-hidden="true"><img src="${src}" width="${width}" height="${height}" alt="" loading="lazy" decoding="async"></a>
`;
}

/** Links to the previous and next page of the list at `path`; the client loads the next one in place. */
function pager(path: string, { skip, limit, next }: PostList): Html | null {
  if (skip === 0 && next === undefined) return null;
  const previous = skip > limit ? `${path}?skip=${skip - limit}&limit=${limit}` : path;
  return html`<nav class="pager" aria-label="Pages">
${skip > 0 && html`<a class="btn btn-plain" href="${previous}" rel="prev">Newer Posts</a>`}
${next !== undefined && html`<a class="btn btn-plain" href="${path}?${next}" rel="next" data-load-more>Load More Posts</a>`}
</nav>`;
}

function emptyBlog(page: Page): Html {
  const { viewer, mayWrite, registrationOpen } = page;
  const [address, label] = registrationOpen
    ? [href(page, '/register'), 'Register']
    : [href(page, '/login'), 'Login'];
  const write = html`<a class="btn btn-primary" href="${href(page, '/posts/new')}">Write the first post</a>`;
  const invitation = viewer
    ? mayWrite && write
    : html`<a class="btn btn-primary" href="${address}">${label} to write the first post</a>`;
  return html`<div class="empty"><p>There are no posts here yet.</p><p>${invitation}</p></div>`;
}
