import { postPath, shownTitle, type ShownPost } from '../posts/post.ts';
import { date } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { excerptOf, markMatches, type Part } from './excerpt.ts';
import { PHRASE_MAX, type Phrase, WORDS_MAX } from './query.ts';

/** What a search has found. */
interface Found {
  typed: string;
  /** The phrases to mark. */
  phrases: readonly Phrase[];
  posts: readonly ShownPost[];
  /** Known on the first page, and on all pages that are sorted best first. */
  total: number | undefined;
  /** Whether there are more than `total`. */
  more: boolean;
  /** Whether there may be more, which were not counted. */
  atLeast: boolean;
  /** Whether they are sorted best first. */
  ranked: boolean;
  /** Whether best first was requested, but is not possible. */
  refused: boolean;
  /** Whether it is not the first page. */
  later: boolean;
  /** The cursor of the next page. */
  next: string | undefined;
}

/** The page before anything was typed. */
export function emptySearchPage(page: Page): Html {
  return layout(
    page,
    html`<h1>Search</h1>
<p>Type into the box above.</p>
${hints}`,
  );
}

/** `reason`: why nothing was looked for, as a sentence. */
export function refusedPage(page: Page, reason: string): Html {
  return layout(
    page,
    html`<h1>Search</h1>
<div class="alert alert-danger" role="alert" id="search-problem">${reason}</div>
${hints}`,
  );
}

/** The posts that match, newest first or best first. */
export function foundPage(page: Page, found: Found): Html {
  const { typed, posts, phrases } = found;
  return layout(
    page,
    html`<h1 class="search-title">Search: <span dir="auto">${typed}</span></h1>
<p class="meta" role="status">${count(found)}</p>
${orders(page, found)}
${posts.length === 0 && !found.later && hints}
${posts.map((post) => hit(page, post, phrases))}
${pager(page, found)}`,
  );
}

function count({ total, more, atLeast, ranked, posts, later }: Found): string {
  if (total === undefined) return later && posts.length === 0 ? 'No more posts.' : 'Older posts.';
  if (total === 0) return 'No post matches.';
  const number = total.toLocaleString('en');
  if (more) return `More than ${number} posts, newest first.`;
  if (atLeast) return `At least ${number} posts, newest first.`;
  return total === 1 ? '1 post.' : `${number} posts, ${ranked ? 'best' : 'newest'} first.`;
}

/** The choice between the two orders, or why there is none. */
function orders(page: Page, found: Found): Html | null {
  const { total = 0, more, atLeast, ranked, refused, phrases } = found;
  if (total < 2 || phrases.length === 0) return null;
  const why = more
    ? `“Best first” is offered where at most ${total.toLocaleString('en')} posts match: add a rarer word.`
    : 'These words are in too many posts for “best first”: add a rarer word.';
  if (more || atLeast || refused) return html`<p class="meta search-order">${why}</p>`;
  const order = (best: boolean, name: string) =>
    html`<a href="${address(page, found, best)}"${best === ranked && html` aria-current="true"`}>${name}</a>`;
  return html`<nav class="search-order" aria-label="Order">${order(false, 'Newest first')} ${order(true, 'Best first')}</nav>`;
}

const address = (page: Page, { typed }: Found, ranked: boolean): string =>
  href(page, `/search?q=${encodeURIComponent(typed)}${ranked ? '&sort=best' : ''}`);

function hit(page: Page, post: ShownPost, phrases: readonly Phrase[]): Html {
  const author = href(page, `/users/${post.user_id}/posts`);
  return html`<article class="hit">
<h2 class="post-title" dir="auto"><a href="${href(page, postPath(post))}">${marked(markMatches(shownTitle(post), phrases))}</a></h2>
<p class="meta">${date(post.date_posted)} by <a href="${author}"><bdi>${post.username}</bdi></a></p>
<p class="prose" dir="auto">${marked(excerptOf(post.shown.plain, phrases, post.format))}</p>
</article>
`;
}

function marked(parts: readonly Part[]): Html {
  return html`${parts.map(({ text, marked: isMatch }) => (isMatch ? html`<mark>${text}</mark>` : text))}`;
}

function pager(page: Page, found: Found): Html | null {
  const { later, next, ranked } = found;
  if (!later && next === undefined) return null;
  const first = address(page, found, ranked);
  const [begin, further] = ranked ? ['Best Posts', 'More Posts'] : ['Newest Posts', 'Older Posts'];
  return html`<nav class="pager" aria-label="Pages">
${later && html`<a class="btn btn-plain" href="${first}">${begin}</a>`}
${next !== undefined && html`<a class="btn btn-plain" href="${`${first}&cursor=${next}`}" rel="next">${further}</a>`}
</nav>`;
}

const hints = html`<section class="search-hints" aria-labelledby="hints">
<h2 id="hints">How to search</h2>
<dl>
<dt>soup onion</dt><dd>posts with both words, in any order; accents and capitals do not matter</dd>
<dt>"onion soup"</dt><dd>these words next to each other, ${PHRASE_MAX} at most</dd>
<dt>soup -onion</dt><dd>posts with the first word and without the other</dd>
<dt>oni*</dt><dd>words that begin with these letters, three at least</dd>
<dt>in:title soup</dt><dd>posts with the word in their title</dd>
<dt>by:ada</dt><dd>posts by this person; <code>by:"Ada L"</code> if the name has spaces</dd>
<dt>tag:soup</dt><dd>posts with this tag; <code>tag:"pea soup"</code> if it has spaces</dd>
</dl>
<p class="meta">${WORDS_MAX} words at most.</p>
</section>`;
