import { can } from '../auth/policy.ts';
import { mediaUrl, POST_JPEG, POST_WEBP, sizeOf } from '../media/picture-variants.ts';
import { avatar, type Person } from '../views/avatar.ts';
import { askDialog, askLink } from '../views/confirm.ts';
import { date } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { deleteQuestion } from './delete-post.views.ts';
import type { Neighbours } from './neighbours.store.ts';
import { postPath, shownTitle, subject, type PostWithAuthor, type ShownPost } from './post.ts';
import { homePreview, personPreview, postPreview } from './previews.views.ts';
import { SHOWN_PLAIN } from '../text/rendered.ts';
import { unpublishQuestion } from './unpublish/unpublish.views.ts';
import { storedMarkup } from '../views/stored-markup.ts';

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

/** One person's posts, as excerpts. */
export function personPage(page: Page, author: Author, list: PostList): Html {
  const { username, postCount } = author;
  const count = postCount === 1 ? '1 post' : `${postCount.toLocaleString('en')} posts`;
  return layout(
    { ...page, preview: personPreview(page, author) },
    html`<header class="person">
${avatar(author, { size: 128, mediaBase: page.mediaBase })}
<div><h1>Posts by <bdi>${username}</bdi></h1>
<p class="meta">${count}, here since ${date(author.created_at)}</p>
<p class="meta"><a class="follow-link" href="${href(page, `/users/${author.id}/follow`)}">Follow</a></p></div>
</header>
${list.total === 0 && html`<p class="empty">No posts by this user yet.</p>`}
${list.posts.map((post) => article(page, post, dateline(post)))}
${pager(href(page, `/users/${author.id}/posts`), list)}`,
  );
}

/** A post in full, and for its author the ways to change it; `history`: it has one. */
export function postPage(
  page: Page,
  post: ShownPost,
  { history = false, beside = {} }: { history?: boolean; beside?: Neighbours } = {},
): Html {
  const own = can(page.viewer, 'update', subject(post));
  const preview = postPreview(page, post);
  return layout(
    { ...page, preview },
    html`<article class="post post-full" data-post="${post.id}">
<h1 class="post-title" dir="auto">${shownTitle(post)}</h1>
${byline(page, post)}
${own && shownPlainNote(post)}
<div class="prose">${storedMarkup(page, post.shown.html, page.mediaBase)}</div>
<footer class="post-end" data-address="${page.publicUrl}/posts/${post.id}"><a href="${href(page, `/users/${post.user_id}/posts`)}">All posts by <bdi>${post.username}</bdi></a>
${own && ownActions(page, post, history)}
</footer>
</article>
${neighbours(page, beside)}`,
  );
}

function neighbours(page: Page, { previous, next }: Neighbours): Html | null {
  if (!previous && !next) return null;
  const link = (post: NonNullable<Neighbours['next']>, rel: string, label: string) =>
    html`<a rel="${rel}" href="${href(page, postPath(post))}"><span class="meta">${label}</span><span dir="auto">${shownTitle(post)}</span></a>`;
  return html`<nav class="neighbours" aria-label="Previous and next post">
${previous && link(previous, 'prev', 'Previous')}
${next && link(next, 'next', 'Next')}
</nav>`;
}

function shownPlainNote({ shown: { shownPlain } }: ShownPost): Html | null {
  if (shownPlain === null) return null;
  return html`<p class="alert alert-note">This post is shown as you typed it, without formatting: ${SHOWN_PLAIN[shownPlain]}. Only you see this note.</p>`;
}

function ownActions(page: Page, post: PostWithAuthor, history: boolean): Html {
  const [question, unpublish] = [deleteQuestion(page, post), unpublishQuestion(page, post)];
  return html`<div class="actions">
<a class="btn btn-plain" href="${href(page, `/posts/${post.id}/edit`)}">Edit Post</a>
${history && html`<a class="btn btn-plain" href="${href(page, `/posts/${post.id}/history`)}">History</a>`}
${askLink(unpublish, 'Unpublish', 'btn btn-plain')}
${askLink(question, 'Delete Post')}
</div>
${askDialog(unpublish)}
${askDialog(question)}`;
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

function byline(page: Page, post: PostWithAuthor, lazy = false): Html {
  const person = { id: post.user_id, username: post.username, picture_key: post.picture_key };
  const face = avatar(person, { size: 40, mediaBase: page.mediaBase, lazy });
  return html`<p class="byline"><a class="author" href="${href(page, `/users/${post.user_id}/posts`)}">${face}<bdi>${post.username}</bdi></a><span class="meta">${date(post.date_posted)}</span></p>${edited(post)}`;
}

function dateline(post: PostWithAuthor): Html {
  return html`<p class="dateline meta">${date(post.date_posted)}</p>${edited(post)}`;
}

/** When it was changed, and for whom it is if not for everybody. */
function edited({ edited_at, audience }: PostWithAuthor): Html | null {
  if (edited_at === null && audience !== 'members') return null;
  const changed = edited_at !== null && html`edited ${date(edited_at)}`;
  const readers = audience === 'members' && 'For members only';
  const parted = changed && readers && html` · `;
  return html`<p class="edited meta">${changed}${parted}${readers}</p>`;
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
