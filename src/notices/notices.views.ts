import { avatar } from '../views/faces/avatar.ts';
import { dateAndTime } from '../views/date.ts';
import { attribute, html, type Html } from '../views/html.ts';
import { href } from '../views/href.ts';
import { layout, type Page } from '../views/layout.ts';
import { noticeWords } from './notice-words.service.ts';
import { DAYS_KEPT, noticePath, type FoundNotice, type NoticeList } from './reading.service.ts';

/** Pixels of a face beside a notice. */
const FACE = 40;

/** One's notices, newest first. Opening an unread one posts a form, which marks it as read. */
export function noticesPage(page: Page, { notices, next, unread }: NoticeList): Html {
  const more = html`<nav class="pager" aria-label="More notices"><a class="btn btn-plain" rel="next" href="${href(page, `/notices?before=${next}`)}">Older notices</a></nav>`;
  const none = html`<p class="empty">Nothing yet. Here you will find comments on your posts, answers to your comments, and who mentions you.</p>`;
  return layout(
    page,
    html`<h1>Notices</h1>
${unread > 0 && markAll(page, notices)}
${notices.length === 0 ? none : html`<ol class="notices">${notices.map((notice) => entry(page, notice))}</ol>`}
${next !== undefined && more}
<p class="meta notices-end">Notices are deleted after ${DAYS_KEPT} days.</p>`,
  );
}

/** Marks notices up to the newest one on this page, because newer ones were not seen. */
function markAll(page: Page, [newest]: FoundNotice[]): Html {
  const { before } = Object.fromEntries(new URLSearchParams(page.path.split('?')[1]));
  const upTo = newest?.id ?? Number(before ?? 0);
  return html`<form method="post" action="${href(page, '/notices/read')}"><input type="hidden" name="up_to" value="${upTo}"><button class="btn btn-plain">Mark all as read</button></form>`;
}

function entry(page: Page, notice: FoundNotice): Html {
  const { id, actor_id, username, picture_key, read_at, created_at } = notice;
  const person = actor_id !== null && username !== null && { id: actor_id, username, picture_key };
  const unread = read_at === null;
  const said = sentence(notice);
  const opened = unread
    ? html`<form method="post" action="${href(page, `/notices/${id}/open`)}"><button class="notice-link"><span class="visually-hidden">Unread: </span>${said}</button></form>`
    : html`<a class="notice-link" href="${href(page, noticePath(notice))}">${said}</a>`;
  return html`<li class="notice"${attribute('data-unread', unread ? '' : undefined)}>${person ? avatar(person, { size: FACE, mediaBase: page.mediaBase, lazy: true }) : html`<span class="notice-nobody"></span>`}<div>${opened}<p class="meta">${dateAndTime(created_at)}</p></div></li>
`;
}

function sentence(notice: FoundNotice): Html {
  const { name, words, title } = noticeWords(notice);
  return html`${name !== null && html`<bdi>${name}</bdi> `}${words}${title !== null && html` <cite dir="auto">${title}</cite>`}`;
}
