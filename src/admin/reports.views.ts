import type { OpenReport } from '../reports/reports.service.ts';
import { date } from '../views/date.ts';
import { EMPTY, form, textArea, type Form } from '../views/form.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { storedMarkup } from '../views/stored-markup.ts';
import { adminPage } from './admin.views.ts';

/** A form of the page that was refused: of which report. */
export interface RefusedReport {
  id: number;
  state: Form;
}

/** Open reports, all of one post or comment together. */
export function reportsPage(
  page: Page,
  { reports, next }: { reports: readonly OpenReport[]; next: number | undefined },
  refused?: RefusedReport,
): Html {
  const groups = Map.groupBy(reports, ({ post_id, comment_id }) => `${post_id} ${comment_id}`);
  const more = html`<nav class="pager" aria-label="More reports"><a class="btn btn-plain" rel="next" href="${href(page, `/admin/reports?after=${next}`)}">Newer reports</a></nav>`;
  return adminPage(
    page,
    'Reports',
    groups.size === 0
      ? html`<p>No report is open.</p>`
      : html`<p>Only editors see who reports. What you hide stays visible to its author, with your reason.</p>
${[...groups.values()].map((group) => reported(page, group, refused))}
${next !== undefined && more}`,
  );
}

function reported(
  page: Page,
  group: readonly OpenReport[],
  refused: RefusedReport | undefined,
): Html | null {
  const [first] = group;
  if (!first) return null;
  const { id, post_id, on_post, author, author_id } = first;
  const state = refused && group.some((one) => one.id === refused.id) ? refused.state : EMPTY;
  const post = html`<a href="${href(page, `/posts/${on_post}`)}" dir="auto">${first.title}</a>`;
  const name = author === null ? 'a deleted account' : html`<bdi>${author}</bdi>`;
  const by =
    author_id === null
      ? name
      : html`<a href="${href(page, `/admin/people/${author_id}`)}">${name}</a>`;
  const hidden =
    post_id === null ? first.comment_state === 'hidden' : first.post_state === 'hidden';
  const path = (action: string) => href(page, `/admin/reports/${id}/${action}`);
  const thing = post_id === null ? 'comment' : 'post';
  const gone =
    post_id === null ? `/comments/${first.comment_id}/remove` : `/posts/${post_id}/moderate/delete`;
  return html`<section class="card report"><h2>${post_id === null ? html`Comment on ${post}` : post}</h2><div>
<p class="meta">by ${by}${hidden && html`, <strong>hidden</strong>`}</p>
${first.comment !== null && html`<blockquote class="prose answered">${storedMarkup(page, first.comment, page.mediaBase)}</blockquote>`}
<ul class="reasons">${group.map(reason)}</ul>
${!hidden && form(state, path('hide'), html`${textArea(state, { name: 'reason', id: `reason-${id}`, label: 'Reason for hiding it', rows: 2, max: 500 })}<div class="actions"><button class="btn btn-danger">Hide the ${thing} by ${name}</button></div>`)}
<div class="actions"><form method="post" action="${path('close')}"><button class="btn btn-plain">Close: nothing is wrong with the ${thing} by ${name}</button></form><a class="btn btn-plain" href="${href(page, gone)}">Delete the ${thing} by ${name}</a></div>
</div></section>`;
}

function reason({ reporter, reason: text, created_at }: OpenReport): Html {
  return html`<li><q dir="auto">${text}</q> <span class="meta"><bdi>${reporter}</bdi>, ${date(created_at)}</span></li>`;
}
