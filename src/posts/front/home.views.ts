import { date } from '../../views/date.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { postList, type PostList } from '../lists.views.ts';
import { postPath, shownTitle, type PostHead } from '../post.ts';
import { homePreview } from '../previews.views.ts';

/** What the front page shows beside its list. */
interface Front {
  /** the posts on top, on the first page alone */
  pinned?: readonly PostHead[];
  /** the place of the first post that is older than the viewer's last visit */
  seenFrom?: number | undefined;
  slots?: HomeSlots;
}

/** What a later feature shows on the front page. */
export interface HomeSlots {
  top?: Html | undefined;
  /** instead of what a blog without posts says */
  inPlaceOfEmpty?: Html | undefined;
}

/** Posts newest first, as excerpts. The newest leads the page, below those that are pinned. */
export function homePage(
  page: Page,
  list: PostList,
  { pinned = [], seenFrom, slots = {} }: Front = {},
): Html {
  const lead = list.skip === 0;
  const newest = lead ? list.posts[0]?.id : undefined;
  const above = pinned.filter(({ id }) => id !== newest);
  const isAbove = ({ id }: PostHead) => above.some((one) => one.id === id);
  const posts = list.posts.filter((post) => !isAbove(post));
  const line =
    seenFrom === undefined ? undefined : list.posts.slice(seenFrom).find((post) => !isAbove(post));
  const look = { lead, seenFrom: line && posts.indexOf(line) };
  return layout(
    { ...page, preview: homePreview(page) },
    html`<h1 class="visually-hidden">${page.siteName}: latest posts</h1>
${slots.top}
${above.length > 0 && pinnedPosts(page, above)}
${list.total === 0 ? (slots.inPlaceOfEmpty ?? emptyBlog(page)) : postList(page, '/', { ...list, posts }, look)}`,
  );
}

/** Only titles, so that new posts are still on the first screen. */
function pinnedPosts(page: Page, posts: readonly PostHead[]): Html {
  return html`<section class="pinned" aria-labelledby="pinned">
<h2 id="pinned">Pinned</h2>
<ul>${posts.map((post) => html`<li data-pinned="${post.id}"><h3 dir="auto"><a href="${href(page, postPath(post))}">${shownTitle(post)}</a></h3><p class="meta"><bdi>${post.username}</bdi> · ${date(post.date_posted)}</p></li>`)}</ul>
</section>`;
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
