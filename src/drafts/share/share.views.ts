import { shownTitle } from '../../posts/post.ts';
import { dateAndTime } from '../../views/date.ts';
import { addressField, EMPTY, form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { storedMarkup } from '../../views/stored-markup.ts';
import { draftName } from '../drafts.views.ts';
import type { ListedDraft } from '../drafts.store.ts';
import type { Shared } from './share.service.ts';

/** A draft as readers of its link see it. */
export function sharedDraftPage(
  page: Page,
  { title, username, updatedAt, text }: Extract<Shared, { draft: unknown }>['draft'],
): Html {
  return layout(
    page,
    html`<p class="alert alert-note">This is a draft by <bdi>${username}</bdi>, saved ${dateAndTime(updatedAt)}. It is not published; whoever has this address can read it.</p>
<article class="post">
<h1 class="post-title" dir="auto">${shownTitle({ title })}</h1>
<div class="prose">${storedMarkup(page, text.html)}</div>
</article>`,
  );
}

/** Making and ending the link for readers. `token`: of the link that was just made. */
export function sharePage(
  page: Page,
  draft: ListedDraft,
  { shared, token }: { shared: boolean; token?: string },
): Html {
  const address = href(page, `/drafts/${draft.id}`);
  const button = (text: string, look: string) =>
    // Without checks, so that scripts leave it to the browser: the answer is a page.
    html`<button class="btn ${look}" formnovalidate>${text}</button>`;
  return layout(
    page,
    html`<div class="narrow"><h1>Share Draft</h1>
<p class="doomed" dir="auto">${draftName(draft)}</p>
<p>Whoever has the link can read this draft as it is saved, without an account, and nothing else. Once it is published, the link leads to the post.</p>
${token !== undefined && newLink(page, token)}
${token === undefined && shared && html`<p class="alert alert-note">There is a link. It cannot be shown again; a new one ends it.</p>`}
<div class="actions">${form(EMPTY, `${address}/share`, button(shared ? 'Make a new link' : 'Make a link', 'btn-primary'))}
${shared && form(EMPTY, `${address}/share/end`, button('End the link', 'btn-danger'))}</div>
<p class="aside"><a href="${address}">Back to the draft</a></p></div>`,
  );
}

function newLink(page: Page, token: string): Html {
  const address = `${page.publicUrl}/drafts/shared/${token}`;
  return addressField('link', 'The link, shown only now', address, true);
}
