import { avatar, type Person } from '../views/faces/avatar.ts';
import { date } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { byline, dateline } from './byline.views.ts';
import { foldRuns } from './front/fold.ts';
import { postPicture } from './front/picture.views.ts';
import { postPath, shownTitle, type ListedPost } from './post.ts';
import { personPreview } from './previews.views.ts';

/** A page of posts as the store returns it. */
export interface PostList {
  posts: ListedPost[];
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

/** How a list is shown. */
interface Look {
  /** The first post leads the page: its title and picture are large. */
  lead?: boolean;
  /** All posts are by the author whom the page shows. */
  ofOne?: boolean;
  /** The index of the first post older than the last visit, above which a line is drawn. */
  seenFrom?: number | undefined;
}

/** The posts of a page, newest first, and the links to its neighbours; `path`: of the list. */
export function postList(page: Page, path: string, list: PostList, look: Look = {}): Html {
  const { posts } = list;
  const { lead = false, ofOne = false, seenFrom } = look;
  const parts = ofOne ? posts.map((post) => ({ post })) : foldRuns(posts, seenFrom);
  const line = seenFrom === undefined ? undefined : posts[seenFrom];
  return html`<div class="posts">
${parts.map((part, at) => {
  const first = 'post' in part ? part.post : part.titles[0];
  const shown =
    'post' in part
      ? entry(page, part.post, { lead: lead && at === 0, ofOne, lazy: at >= FIRST_SCREEN })
      : titles(page, part.titles);
  return html`${first === line && SEEN}${shown}`;
})}</div>
${pager(href(page, path), list)}`;
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
<p class="meta"><a class="follow-link" href="${href(page, `/users/${author.id}/follow`)}">Follow</a>${postCount > 0 && html` · <a class="follow-link" href="${href(page, `/users/${author.id}/archive`)}">Archive</a>`}</p>
${slots.map(({ belowName }) => belowName)}</div>
</header>
${slots.map(({ belowHead }) => belowHead)}
${list.total === 0 && html`<p class="empty">No posts by this user yet.</p>`}
${postList(page, `/users/${author.id}/posts`, list, { ofOne: true })}`,
  );
}

/** How many faces and pictures a first screen may show; those below are loaded when they come near. */
const FIRST_SCREEN = 3;

/** The line between posts since the last visit and older ones. */
const SEEN = html`<p class="seen meta"><span class="visually-hidden">Above: </span>New since your last visit</p>
`;

function entry(
  page: Page,
  post: ListedPost,
  { lead, ofOne, lazy }: { lead: boolean; ofOne: boolean; lazy: boolean },
): Html {
  const address = href(page, postPath(post));
  const more = html` <a class="more" href="${address}" aria-label="Continue reading ${shownTitle(post)}">Continue</a>`;
  const text = html`<p class="teaser" dir="auto">${post.teaser}${post.cut && more}</p>`;
  return html`<article class="${lead ? 'post front' : 'post'}" data-post="${post.id}">
<h2 class="post-title" dir="auto"><a href="${address}">${shownTitle(post)}</a></h2>
${ofOne ? dateline(post, post.words) : byline(page, post, { words: post.words, lazy })}
${postPicture(page, post, { lead, lazy })}${(post.teaser !== '' || post.cut) && text}
</article>
`;
}

/** Titles of further posts in a row by one person. */
function titles(page: Page, posts: readonly [ListedPost, ...ListedPost[]]): Html {
  const [{ user_id, username }] = posts;
  const author = html`<a href="${href(page, `/users/${user_id}/posts`)}"><bdi>${username}</bdi></a>`;
  return html`<div class="titles">
<p class="meta">More by ${author}</p>
<ul>${posts.map((post) => html`<li data-post="${post.id}"><a dir="auto" href="${href(page, postPath(post))}">${shownTitle(post)}</a> <span class="meta">${date(post.date_posted)}</span></li>`)}</ul>
</div>
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
