import { postPath, shownTitle, type ShownPost } from '../posts/post.ts';
import { date } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { excerptOf, markMatches, type Part } from './excerpt.ts';
import { PHRASE_MAX, type Phrase, WORDS_MAX } from './query.ts';

/** What a search has found. */
export interface Found {
  typed: string;
  /** What is marked. */
  phrases: readonly Phrase[];
  posts: readonly ShownPost[];
  /** On the first page. */
  total: number | undefined;
  /** There are more than `total`. */
  more: boolean;
  /** It is not the first page. */
  later: boolean;
  /** The cursor of the next page. */
  next: string | undefined;
}

/** Without anything typed. */
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

/** The posts that match, newest first. */
export function foundPage(page: Page, found: Found): Html {
  const { typed, posts, phrases } = found;
  return layout(
    page,
    html`<h1 class="search-title">Search: <span dir="auto">${typed}</span></h1>
<p class="meta" role="status">${count(found)}</p>
${posts.length === 0 && !found.later && hints}
${posts.map((post) => hit(page, post, phrases))}
${pager(page, found)}`,
  );
}

function count({ total, more, posts, later }: Found): string {
  if (total === undefined) return later && posts.length === 0 ? 'No more posts.' : 'Older posts.';
  if (total === 0) return 'No post matches.';
  if (more) return `More than ${total.toLocaleString('en')} posts, newest first.`;
  return total === 1 ? '1 post.' : `${total.toLocaleString('en')} posts, newest first.`;
}

function hit(page: Page, post: ShownPost, phrases: readonly Phrase[]): Html {
  const author = href(page, `/users/${post.user_id}/posts`);
  return html`<article class="hit">
<h2 class="post-title" dir="auto"><a href="${href(page, postPath(post))}">${marked(markMatches(shownTitle(post), phrases))}</a></h2>
<p class="meta">${date(post.date_posted)} by <a href="${author}"><bdi>${post.username}</bdi></a></p>
<p class="prose" dir="auto">${marked(excerptOf(post.shown.plain, phrases))}</p>
</article>
`;
}

function marked(parts: readonly Part[]): Html {
  return html`${parts.map(({ text, marked: isMatch }) => (isMatch ? html`<mark>${text}</mark>` : text))}`;
}

function pager(page: Page, { typed, later, next }: Found): Html | null {
  if (!later && next === undefined) return null;
  const address = href(page, `/search?q=${encodeURIComponent(typed)}`);
  return html`<nav class="pager" aria-label="Pages">
${later && html`<a class="btn btn-plain" href="${address}">Newest Posts</a>`}
${next !== undefined && html`<a class="btn btn-plain" href="${`${address}&cursor=${next}`}" rel="next">Older Posts</a>`}
</nav>`;
}

const hints = html`<section class="search-hints" aria-labelledby="hints">
<h2 id="hints">How to search</h2>
<dl>
<dt>soup onion</dt><dd>posts with both words, in any order; accents and capitals do not matter</dd>
<dt>"onion soup"</dt><dd>these words next to each other, ${PHRASE_MAX} at most</dd>
<dt>soup -onion</dt><dd>posts with the first word and without the other</dd>
<dt>oni*</dt><dd>words that begin so, with three letters at least</dd>
<dt>in:title soup</dt><dd>posts with the word in their title</dd>
<dt>by:ada</dt><dd>posts by this person; <code>by:"Ada L"</code> if the name has spaces</dd>
<dt>tag:soup</dt><dd>posts with this tag; <code>tag:"pea soup"</code> if it has spaces</dd>
</dl>
<p class="meta">${WORDS_MAX} words at most.</p>
</section>`;
