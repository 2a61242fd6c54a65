import { dateAndTime } from '../../views/date.ts';
import { form, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { postPath, shownTitle, type PostWithAuthor } from '../post.ts';
import { differences, wholeText } from './differences.views.ts';
import type { Compared, HistoryEntry } from './history.service.ts';

interface History {
  post: PostWithAuthor;
  entries: readonly HistoryEntry[];
  next: number | null;
  /** Whether this is the newest page. */
  first: boolean;
}

/** The revisions of a post, newest first. */
export function historyPage(page: Page, { post, entries, next, first }: History): Html {
  const address = href(page, `/posts/${post.id}/history`);
  const list = html`<ol class="history">${entries.map((entry) => line(address, entry))}</ol>`;
  const none = html`<p class="empty">No earlier texts of this post are kept. The next change begins its history.</p>`;
  return layout(
    page,
    html`<h1>History</h1>
<p class="meta of-post">${ofPost(page, post)}</p>
${entries.length > 0 ? list : none}
<nav class="pager" aria-label="Pages">
${!first && html`<a class="btn btn-plain" href="${address}">Newest</a>`}
${next !== null && html`<a class="btn btn-plain" href="${address}?cursor=${next}" rel="next">Older</a>`}
</nav>
<section class="kept" aria-labelledby="kept-title"><h2 id="kept-title">What is kept</h2>
<p>Every text that was published, and what its drafts said: all of the last day, then one an hour, and after 30 days one a day. A post’s history may have 20 MB, and each text in it counts as 4 KB at least. Beyond that the oldest drafts are deleted, then the oldest published texts.</p>
<p>Only you see the history. Readers see the day of the last change.</p></section>`,
  );
}

const ofPost = (page: Page, post: PostWithAuthor): Html =>
  html`of <a href="${href(page, postPath(post))}"><bdi>${shownTitle(post)}</bdi></a>`;

function line(address: string, { revision, current, words }: HistoryEntry): Html {
  return html`<li><h2><a href="${address}/${revision.id}">${dateAndTime(revision.created_at)}</a></h2>
<p class="meta">${kind(revision.published === 1, current)} by <bdi>${revision.username}</bdi>, ${changed(words)}</p></li>
`;
}

function kind(published: boolean, current: boolean): string {
  if (current) return 'Published now,';
  return published ? 'Published' : 'Saved as a draft';
}

function changed(words: HistoryEntry['words']): string {
  if (!words) return 'with too many changes to count';
  const { added, removed } = words;
  if (added === 0 && removed === 0) return 'no words changed';
  const said = [added > 0 && `${amount(added)} added`, removed > 0 && `${amount(removed)} removed`];
  return said.filter(Boolean).join(', ');
}

const amount = (words: number) => (words === 1 ? '1 word' : `${words.toLocaleString('en')} words`);

/** One revision, what changed in it, and the form that restores it. */
export function revisionPage(page: Page, compared: Compared, state: Form): Html {
  const { post, revision, current, before, after } = compared;
  const history = href(page, `/posts/${post.id}/history`);
  return layout(
    page,
    html`<h1>Text of ${dateAndTime(revision.created_at)}</h1>
<p class="meta of-post">${kind(revision.published === 1, current)} by <bdi>${revision.username}</bdi>, in the <a href="${history}">history</a> ${ofPost(page, post)}</p>
${post.state === 'published' && !current && restore(`${history}/${revision.id}/restore`, state)}
${before ? differences(compared, before) : html`<h2>The first text that is kept</h2>`}
${wholeText(revision, before !== undefined)}
<nav class="pager" aria-label="Revisions">
${before && html`<a class="btn btn-plain" href="${history}/${before.id}">Older text</a>`}
${after !== undefined && html`<a class="btn btn-plain" href="${history}/${after}">Newer text</a>`}
</nav>`,
  );
}

function restore(action: string, state: Form): Html {
  const [problem] = Object.entries(state.errors);
  const summary = problem
    ? `${problem[0] === 'title' ? 'The title' : 'The text'}: ${problem[1]}`
    : state.summary;
  const body = html`<div class="actions"><button class="btn btn-primary" aria-describedby="restore-note">Restore</button></div>
<p class="form-text" id="restore-note">Publishes this text again. The one that is published now stays in the history.</p>`;
  const shown = { values: {}, errors: {}, ...(summary !== undefined && { summary }) };
  return form(shown, action, body, html` class="restore"`);
}
