import { dateAndTime } from '../../views/date.ts';
import { form, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { shownTitle } from '../post.ts';
import { differences, wholeText } from './differences.views.ts';
import type {
  Compared,
  History,
  HistoryEntry,
  HistoryPage,
  Words,
  Writing,
} from './history.service.ts';

/** What differs between the history of a post and that of a draft, in words. */
const SAID: Record<History['kind'], { none: string; kept: string; restore: string }> = {
  post: {
    none: 'No earlier texts of this post are kept. The next change begins its history.',
    kept: 'Every text that was published is kept. So are the texts of its drafts: all of the last day, then one an hour, and after 30 days one a day. A history may take 20 MB; each text counts as 4 KB at least. When it is full, the oldest drafts are deleted, then the oldest published texts.',
    restore: 'Publishes this text again. The one that is published now stays in the history.',
  },
  draft: {
    none: 'No earlier texts of this draft are kept yet. While you write, one is kept every ten minutes.',
    kept: 'While you write, a text is kept every ten minutes, and whenever another one replaces it: all of the last day, then one an hour, and after 30 days one a day. A history may take 20 MB; each text counts as 4 KB at least. When it is full, the oldest texts are deleted. Publish the draft, and its history goes on as that of the post.',
    restore: 'Puts this text into the draft. What the draft says now stays in the history.',
  },
};

/** The texts of a post or a draft, newest first; `first`: whether this is the newest page. */
export function historyPage(
  page: Page,
  kind: History['kind'],
  { writing, entries, now, next, first }: HistoryPage & { first: boolean },
): Html {
  const address = href(page, `${writing.path}/history`);
  const present =
    writing.now &&
    now !== undefined &&
    line({
      address: href(page, writing.path),
      time: writing.now.savedAt,
      what: 'What the draft says now',
      words: now,
    });
  const list = html`<ol class="history">${present}${entries.map((entry) => earlier(address, entry))}</ol>`;
  return layout(
    page,
    html`<h1>History</h1>
<p class="meta of-post">${ofWriting(page, writing)}</p>
${(present || entries.length > 0) && list}
${entries.length === 0 && html`<p class="empty">${SAID[kind].none}</p>`}
<nav class="pager" aria-label="Pages">
${!first && html`<a class="btn btn-plain" href="${address}">Newest</a>`}
${next !== null && html`<a class="btn btn-plain" href="${address}?cursor=${next}" rel="next">Older</a>`}
</nav>
<section class="kept" aria-labelledby="kept-title"><h2 id="kept-title">What is kept</h2>
<p>${SAID[kind].kept}</p>
<p>${seenBy(kind, writing)}</p></section>`,
  );
}

function seenBy(kind: History['kind'], { publishedOnly }: Writing): string {
  if (kind === 'draft') return 'Only you see the history.';
  const readers = 'Readers see the day of the last change.';
  if (publishedOnly) return `As an editor you see the texts that were published. ${readers}`;
  return `Only you see all of this; editors see the texts that were published. ${readers}`;
}

const ofWriting = (page: Page, writing: Writing): Html =>
  html`of <a href="${href(page, writing.path)}"><bdi>${shownTitle(writing)}</bdi></a>`;

interface Line {
  /** of the text */
  address: string;
  /** microseconds */
  time: number;
  what: string | Html;
  words: Words;
}

function line({ address, time, what, words }: Line): Html {
  return html`<li><h2><a href="${address}">${dateAndTime(time)}</a></h2>
<p class="meta">${what}, ${changed(words)}</p></li>
`;
}

const earlier = (address: string, { revision, current, words }: HistoryEntry): Html =>
  line({
    address: `${address}/${revision.id}`,
    time: revision.created_at,
    what: savedAs(revision, current),
    words,
  });

function savedAs({ published, username }: Compared['revision'], current: boolean): Html {
  const how = current ? 'Published now,' : published === 1 ? 'Published' : 'Saved as a draft';
  return html`${how} by <bdi>${username ?? 'a deleted account'}</bdi>`;
}

function changed(words: Words): string {
  if (!words) return 'with too many changes to count';
  const { added, removed } = words;
  if (added === 0 && removed === 0) return 'no words changed';
  const said = [added > 0 && `${amount(added)} added`, removed > 0 && `${amount(removed)} removed`];
  return said.filter(Boolean).join(', ');
}

const amount = (words: number) => (words === 1 ? '1 word' : `${words.toLocaleString('en')} words`);

/** One revision, what changed in it, and the form that restores it. */
export function revisionPage(
  page: Page,
  kind: History['kind'],
  compared: Compared,
  state: Form,
): Html {
  const { writing, revision, current, before, after } = compared;
  const history = href(page, `${writing.path}/history`);
  const action = `${history}/${revision.id}/restore`;
  return layout(
    page,
    html`<h1>Text of ${dateAndTime(revision.created_at)}</h1>
<p class="meta of-post">${savedAs(revision, current)}, in the <a href="${history}">history</a> ${ofWriting(page, writing)}</p>
${writing.restorable && !current && restore(action, SAID[kind].restore, state)}
${before ? differences(compared, before) : html`<h2>The first text that is kept</h2>`}
${wholeText(revision, before !== undefined)}
<nav class="pager" aria-label="Revisions">
${before && html`<a class="btn btn-plain" href="${history}/${before.id}">Older text</a>`}
${after !== undefined && html`<a class="btn btn-plain" href="${history}/${after}">Newer text</a>`}
</nav>`,
  );
}

function restore(action: string, note: string, state: Form): Html {
  const [problem] = Object.entries(state.errors);
  const summary = problem
    ? `${problem[0] === 'title' ? 'The title' : 'The text'}: ${problem[1]}`
    : state.summary;
  const body = html`<div class="actions"><button class="btn btn-primary" aria-describedby="restore-note">Restore</button></div>
<p class="form-text" id="restore-note">${note}</p>`;
  const shown = { values: {}, errors: {}, ...(summary !== undefined && { summary }) };
  return form(shown, action, body, html` class="restore"`);
}
