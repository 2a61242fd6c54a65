import { commentPath } from '../../comments/comment.ts';
import type { HeldComment } from '../../comments/held/held.service.ts';
import { shownTitle } from '../../posts/post.ts';
import { avatar } from '../../views/faces/avatar.ts';
import { dateAndTime } from '../../views/date.ts';
import { EMPTY, form, textArea, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { attribute, html, type Html } from '../../views/html.ts';
import type { Page } from '../../views/layout.ts';
import { storedMarkup } from '../../views/stored-markup.ts';
import { adminPage, waitingComments } from '../admin.views.ts';

/** A form of the page that was refused: for which comment. */
export interface RefusedDeletion {
  id: number;
  state: Form;
}

/** Comments that wait for an editor, each whole, with a button to approve it and a form to delete it. */
export function heldCommentsPage(
  page: Page,
  { comments, next, count }: { comments: HeldComment[]; next: number | undefined; count: number },
  refused?: RefusedDeletion,
): Html {
  const more = html`<nav class="pager" aria-label="More comments"><a class="btn btn-plain" rel="next" href="${href(page, `/admin/comments?after=${next}`)}">Newer comments</a></nav>`;
  return adminPage(
    page,
    'Comments',
    html`<p>${waitingComments(count)} for you. ${count > 0 && 'Until you approve it, only its author and editors see a comment.'}</p>
${comments.map((comment) => waiting(page, comment, refused?.id === comment.id ? refused.state : undefined))}
${next !== undefined && more}`,
  );
}

function waiting(page: Page, comment: HeldComment, refused: Form | undefined): Html {
  const { id, user_id, picture_key, created_at } = comment;
  const username = comment.username ?? '';
  const face = avatar(
    { id: user_id ?? 0, username, picture_key },
    { size: 32, mediaBase: page.mediaBase, lazy: true },
  );
  const name = html`<bdi>${username}</bdi>`;
  const path = (action: string) => href(page, `/admin/comments/${id}/${action}`);
  const reason = textArea(refused ?? EMPTY, {
    name: 'reason',
    id: `reason-${id}`,
    label: 'Reason',
    rows: 2,
    max: 500,
    optional: true,
    note: 'Optional. It is kept in the log, which members can read.',
  });
  return html`<article class="card held" aria-labelledby="held-${id}"><h2 id="held-${id}">Comment on <a href="${href(page, commentPath(comment))}" dir="auto">${shownTitle(comment)}</a></h2><div>
<p class="meta held-by">${face}<span>by <a href="${href(page, `/admin/people/${user_id}`)}">${name}</a>, ${dateAndTime(created_at)}</span></p>
<div class="prose">${storedMarkup(page, comment.html, page.mediaBase)}</div>
<div class="actions"><form method="post" action="${path('approve')}"><button class="btn btn-primary">Approve the comment by ${name}</button></form></div>
<details class="held-delete"${attribute('open', refused !== undefined)}><summary>Delete the comment by ${name}</summary>
${form(
  refused ?? EMPTY,
  path('delete'),
  html`<p>Its text is gone for good.</p>
${reason}<div class="actions"><button class="btn btn-danger">Delete the comment by ${name}</button></div>`,
)}</details>
</div></article>`;
}
