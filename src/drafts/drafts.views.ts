import { askPage, type Question } from '../views/confirm.ts';
import { dateAndTime } from '../views/date.ts';
import { href, type BelowPath } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { cutText } from '../text/cut.ts';
import { postPath } from '../posts/post.ts';
import { isBlank } from '../unicode/visible.ts';
import { DRAFTS_MAX } from './draft.ts';
import type { ListedDraft } from './drafts.store.ts';

/** Graphemes of a draft that its list shows. */
const WORDS_SHOWN = 120;

/** One's drafts, last saved first. */
export function draftsPage(page: Page, drafts: ListedDraft[]): Html {
  const list = html`<ul class="drafts">${drafts.map((draft) => entry(page, draft))}</ul>`;
  const full = html`<p class="alert alert-note">You have ${DRAFTS_MAX} drafts, and more are not possible. Publish or delete one before you begin the next.</p>`;
  return layout(
    page,
    html`<h1>Drafts</h1>
${drafts.length >= DRAFTS_MAX && full}
${drafts.length === 0 ? html`<p class="empty">There are no drafts. What you write in <a href="${href(page, '/posts/new')}">a new post</a> is kept here until you publish it.</p>` : list}
<div data-lost-texts="all"></div>`,
  );
}

function entry(page: Page, draft: ListedDraft): Html {
  const address = href(page, `/drafts/${draft.id}`);
  const name = draftName(draft);
  const words = isBlank(draft.title) ? '' : cutText(oneLine(draft.beginning), WORDS_SHOWN);
  return html`<li class="draft">
<h2 class="draft-title" dir="auto"><a href="${address}">${name}</a></h2>
${words !== '' && html`<p dir="auto">${words}</p>`}
<p class="meta">Saved ${dateAndTime(draft.updated_at)}${ofPost(page, draft)}</p>
${whenPublished(draft)}
${draft.shared === 1 && html`<p class="meta">Shared by a link</p>`}
<p class="draft-actions"><a href="${historyOf(page, draft)}">History<span class="visually-hidden"> of ${name}</span></a> <a href="${address}/share">Share<span class="visually-hidden"> ${name}</span></a> <a href="${address}/delete">Delete<span class="visually-hidden"> ${name}</span></a></p>
</li>`;
}

const historyOf = (page: Page, { id, post_id: postId }: ListedDraft) =>
  href(page, postId === null ? `/drafts/${id}/history` : `/posts/${postId}/history`);

function ofPost(page: Page, { post_id, post_title, post_state }: ListedDraft): Html | null {
  if (post_id === null) return null;
  if (post_state === 'unpublished') return html` · an unpublished post`;
  const title = post_title ?? '';
  return html` · changes <a href="${href(page, postPath({ id: post_id, title }))}" dir="auto">${titleOr(title, 'Untitled')}</a>`;
}

function whenPublished({ publish_at: at, publish_error: error }: ListedDraft): Html | null {
  if (at === null) return null;
  if (error === null) return html`<p class="draft-when">Will be published ${dateAndTime(at)}</p>`;
  return html`<p class="alert alert-danger">Could not be published ${dateAndTime(at)}: ${error}</p>`;
}

/** What a draft is called: its title, or else its first words. */
export function draftName({ title, beginning }: Pick<ListedDraft, 'title' | 'beginning'>): string {
  return titleOr(title, titleOr(cutText(oneLine(beginning), WORDS_SHOWN), 'Untitled'));
}

const titleOr = (title: string, other: string) => (isBlank(title) ? other : title);
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

/** The page that asks whether a draft is to be deleted. */
export function deleteDraftPage(page: Page, draft: ListedDraft): Html {
  return layout(page, askPage(deleteQuestion(page, draft)));
}

function deleteQuestion(page: BelowPath, draft: ListedDraft): Question {
  const gone = {
    none: 'The draft and its earlier versions will be gone. This action cannot be undone.',
    published: 'The post itself stays as it is. This action cannot be undone.',
    unpublished:
      'The unpublished post will be gone as well, with its history and its address. This action cannot be undone.',
  };
  const { post_state: state } = draft;
  const of = gone[state === null ? 'none' : state === 'unpublished' ? state : 'published'];
  return {
    id: 'delete-draft',
    title: 'Delete Draft?',
    text: html`<p>${of}</p>
<p class="doomed" dir="auto">${draftName(draft)}</p>`,
    action: href(page, `/drafts/${draft.id}/delete`),
    yes: 'Delete Draft',
    back: href(page, '/drafts'),
  };
}
