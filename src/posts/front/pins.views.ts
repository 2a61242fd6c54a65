import { href, type BelowPath } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { postPath, shownTitle, type PostHead } from '../post.ts';

/** The button on a post's page that pins it, or ends that. */
export function pinButton(page: BelowPath, id: number, pinned: boolean): Html {
  const act = pinned ? 'unpin' : 'pin';
  const label = pinned ? 'Unpin' : 'Pin to Front Page';
  return html`<form method="post" action="${href(page, `/posts/${id}/${act}`)}"><button class="btn btn-plain">${label}</button></form>`;
}

/** Why a post was not pinned; `page.error` says it. */
export function notPinnedPage(
  page: Page,
  post: Pick<PostHead, 'id' | 'title'>,
  pinned: readonly PostHead[],
): Html {
  const address = href(page, postPath(post));
  return layout(
    page,
    html`<div class="narrow">
<h1>Pin to Front Page</h1>
${pinned.length > 0 && html`<ul class="pins">${pinned.map((one) => html`<li><a dir="auto" href="${href(page, postPath(one))}">${shownTitle(one)}</a>${pinButton(page, one.id, true)}</li>`)}</ul>`}
<p><a href="${address}">Back to <bdi>${shownTitle(post)}</bdi></a></p>
</div>`,
  );
}
