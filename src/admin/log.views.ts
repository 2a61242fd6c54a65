import type { LogEntry } from '../moderation/log.service.ts';
import { postPath, shownTitle } from '../posts/post.ts';
import { cutText } from '../text/cut.ts';
import { dateAndTime } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { adminPage } from './admin.views.ts';

/** Graphemes of a post's title. */
const TITLE_SHOWN = 60;

/** What was done to whom, and why, newest first. */
export function logPage(
  page: Page,
  { entries, next }: { entries: LogEntry[]; next: number | undefined },
): Html {
  const more = html`<nav class="pager" aria-label="More entries"><a class="btn btn-plain" rel="next" href="${href(page, `/admin/log?before=${next}`)}">Older entries</a></nav>`;
  return adminPage(
    page,
    'Log',
    html`<p>What those who run this blog did, and why. Members can read this.</p>
${entries.length === 0 ? html`<p>Nothing yet.</p>` : html`<ul class="log">${entries.map((entry) => row(page, entry))}</ul>`}
${next !== undefined && more}`,
  );
}

function row(page: Page, entry: LogEntry): Html {
  const { action, reason, actor_id, actor, user_id, person, to_user_id, receiver } = entry;
  const name = (id: number | null, known: string | null, none: string) =>
    id === null ? none : known === null ? 'a deleted account' : html`<bdi>${known}</bdi>`;
  return html`<li><p><strong>${name(actor_id, actor, 'the host')}</strong>: ${action}${user_id !== null && html`, <strong>${name(user_id, person, '')}</strong>`}${to_user_id !== null && html`, to <strong>${name(to_user_id, receiver, '')}</strong>`}${entry.post_id !== null && html`, ${postOf(page, entry.post_id, entry.post_title)}`}</p>
${reason !== '' && html`<p class="reason">${reason}</p>`}<p class="meta">${dateAndTime(entry.created_at)}</p></li>`;
}

/** Only its number where the reader of the log may not read it, or it is gone. */
function postOf(page: Page, id: number, title: string | null): Html {
  if (title === null) return html`post ${id}`;
  const shown = cutText(shownTitle({ title }), TITLE_SHOWN);
  return html`<a href="${href(page, postPath({ id, title }))}" dir="auto">${shown}</a>`;
}
