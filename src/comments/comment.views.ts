import { avatar } from '../views/faces/avatar.ts';
import { dateAndTime } from '../views/date.ts';
import { href, type BelowPath } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { storedMarkup } from '../views/stored-markup.ts';
import { commentPath, type CommentWithAuthor } from './comment.ts';
import { findParagraph, type Paragraph } from './paragraphs.ts';
import type { Gone, ShownComment, Thread } from './threads.service.ts';

/** What the views of comments need of a page. */
export interface Site extends BelowPath {
  mediaBase: string;
  /** Of the post, as far as comments point at them. */
  paragraphs?: readonly Paragraph[];
}

/** What a later feature shows beside the actions of a comment, such as a link to report it. */
export type CommentActions = (site: Site, shown: ShownComment) => Html | null;

/** A comment and its replies, as an item of a list. */
export function threadItem(site: Site, thread: Thread, more?: CommentActions): Html {
  const { root, replies, continued } = thread;
  const list = html`<ol class="replies">${replies.map((one) => commentItem(site, one, more))}</ol>`;
  const first = !('comment' in root)
    ? goneLine(root)
    : continued
      ? continuedLine(site, root)
      : commentArticle(site, root, more);
  return html`<li>${first}
${replies.length > 0 && list}</li>
`;
}

/** A comment without replies, as an item of a list. */
export function commentItem(site: Site, shown: ShownComment, more?: CommentActions): Html {
  return html`<li>${commentArticle(site, shown, more)}</li>
`;
}

/** Its heading says who wrote it; replies are a level below. */
function commentArticle(site: Site, shown: ShownComment, more?: CommentActions): Html {
  const { comment } = shown;
  const { id, state, parent_id, username, picture_key } = comment;
  const name = username ?? '';
  const person = { id: comment.user_id ?? 0, username: name, picture_key };
  const face = avatar(person, { size: 32, mediaBase: site.mediaBase, lazy: true });
  const by = html`<a class="commenter" href="${href(site, `/users/${person.id}/posts`)}">${face}<bdi>${name}</bdi></a>`;
  const heading =
    parent_id === null
      ? html`<h3 id="comment-${id}-by">${by}</h3>`
      : html`<h4 id="comment-${id}-by">${by}</h4>`;
  const unseen = state === 'visible' ? '' : ` comment-${state}`;
  return html`<article class="comment${unseen}" id="comment-${id}" aria-labelledby="comment-${id}-by" tabindex="-1">
<header>${heading}
<p class="meta"><a href="${href(site, commentPath(comment))}">${dateAndTime(comment.created_at)}${comment.edited_at !== null && ', edited'}</a></p></header>
${about(site, comment)}${stateNote(comment)}<div class="prose">${storedMarkup(site, comment.html, site.mediaBase)}</div>
${actions(site, shown, more)}</article>`;
}

/** The paragraph that it is about, as it is now. */
function about({ paragraphs = [] }: Site, { anchor, state }: CommentWithAuthor): Html | null {
  if (anchor === null) return null;
  const paragraph = findParagraph(paragraphs, anchor);
  const words = paragraph && html`“<span dir="auto">${paragraph.beginning}</span>”`;
  const link = state === 'visible' ? html`<a href="#p${paragraph?.number}">${words}</a>` : words;
  return html`<p class="comment-about">On ${paragraph ? link : 'an earlier version of the text'}</p>
`;
}

function stateNote({ state, hidden_reason }: CommentWithAuthor): Html | null {
  if (state === 'held') {
    return html`<p class="comment-note">Waiting for an editor. Until then, readers do not see it.</p>
`;
  }
  if (state !== 'hidden') return null;
  const why = hidden_reason ? html` The reason: <span dir="auto">${hidden_reason}</span>` : null;
  return html`<p class="comment-note">Hidden from readers.${why}</p>
`;
}

/** Named after the comment's author, since a page has many of each. */
function actions(site: Site, shown: ShownComment, more?: CommentActions): Html | null {
  const { comment, may } = shown;
  const { id, post_id, state } = comment;
  const link = (path: string, label: string, name = label) =>
    html`<a href="${href(site, path)}" aria-label="${name} the comment by ${comment.username ?? ''}">${label}</a>`;
  const restore = html`<form method="post" action="${href(site, `/comments/${id}/restore`)}"><button>${state === 'held' ? 'Approve' : 'Restore'}</button></form>`;
  const reply = html`<a href="${href(site, `/posts/${post_id}/comments?reply=${id}`)}" data-reply="${id}" aria-label="Reply to ${comment.username ?? ''}">Reply</a>`;
  const all = [
    may.reply && reply,
    may.edit && link(`/comments/${id}/edit`, 'Edit'),
    may.delete && link(`/comments/${id}/delete`, 'Delete'),
    may.hide && link(`/comments/${id}/hide`, 'Hide'),
    may.moderate && state !== 'visible' && restore,
    may.moderate && !may.delete && link(`/comments/${id}/remove`, 'Remove'),
    more?.(site, shown),
  ].filter(Boolean);
  return all.length === 0 ? null : html`<footer class="comment-actions">${all}</footer>`;
}

const GONE: Record<Gone['why'], string> = {
  author: 'This comment was removed by its author.',
  account: 'This comment was deleted with the account of its author.',
  editor: 'This comment was removed by an editor.',
  hidden: 'This comment is hidden.',
};

function goneLine({ id, why }: Gone): Html {
  return html`<p class="comment-gone" id="comment-${id}" tabindex="-1">${GONE[why]}</p>`;
}

function continuedLine(site: Site, { comment }: ShownComment): Html {
  return html`<p class="comment-gone">Replies to <a href="${href(site, commentPath(comment))}">the comment by <bdi>${comment.username}</bdi></a></p>`;
}
