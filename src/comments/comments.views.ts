import type { Paragraph } from './paragraphs.ts';
import { href } from '../views/href.ts';
import { EMPTY, form, select, textArea, type Form } from '../views/form.ts';
import { attribute, html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { COMMENT_MAX } from './comment.ts';
import { threadItem, type CommentActions, type Site } from './comment.views.ts';
import type { ThreadPage } from './threads.service.ts';

/** The comments below a post, and the form for another. `path`: of the post's page. */
export function commentsSection(
  page: Page & Site,
  { postId, path, formKey }: { postId: number; path: string; formKey: string },
  { count, threads, earlier, later, writing }: ThreadPage,
  more?: CommentActions,
): Html | null {
  if (writing === 'closed' && threads.length === 0 && count === 0) return null;
  const link = (query: string, label: string, rel: string) =>
    html`<p class="comments-more"><a class="btn btn-plain" rel="${rel}" href="${href(page, `${path}?${query}#comments`)}">${label}</a></p>`;
  return html`<section class="comments" id="comments" aria-labelledby="comments-title">
<h2 id="comments-title">${commentsTitle(count)}</h2>
${earlier !== null && link(`before=${earlier}`, 'Earlier comments', 'prev')}
<ol class="threads">${threads.map((thread) => threadItem(page, thread, more))}</ol>
${later !== null && link(`after=${later}`, 'More comments', 'next')}
${ending(page, postId, writing, formKey)}
</section>`;
}

/** The heading above the comments. */
export function commentsTitle(count: number): string {
  if (count === 0) return 'Comments';
  return count === 1 ? '1 comment' : `${count.toLocaleString('en')} comments`;
}

function ending(
  page: Page & Site,
  postId: number,
  writing: ThreadPage['writing'],
  formKey: string,
): Html {
  if (writing === 'closed') return html`<p class="comments-end">Comments are closed.</p>`;
  if (writing === 'waiting') {
    return html`<p class="comments-end">Your account waits for approval. After that you can comment.</p>`;
  }
  if (writing === 'hidden') {
    return html`<p class="comments-end">Nobody can comment while the post is hidden.</p>`;
  }
  if (writing === 'signed-out') {
    const next = encodeURIComponent(href(page, `${page.path}#write-comment`));
    return html`<p class="comments-end" id="write-comment"><a class="btn btn-plain" href="${href(page, `/login?next=${next}`)}">Log in to comment</a></p>`;
  }
  return html`<div id="write-comment">${commentForm(page, { ...EMPTY, values: { form_key: formKey } }, { postId, paragraphs: page.paragraphs ?? [] })}</div>`;
}

/** For the author of a post: closes it for comments, or opens it again. */
export function closeButton(page: Page, postId: number, closed: boolean): Html {
  return html`<form method="post" action="${href(page, `/posts/${postId}/comments/close`)}"><input type="hidden" name="closed" value="${closed ? 'no' : 'yes'}"><button class="btn btn-plain">${closed ? 'Open Comments' : 'Close Comments'}</button></form>`;
}

/** The fields that a comment's form carries unseen. */
const HIDDEN = ['form_key', 'parent_id'];

/** Scripts post it by themselves and move it below the comment that is answered. */
export function commentForm(
  page: Page,
  state: Form,
  {
    postId,
    label = 'Your comment',
    focus = false,
    paragraphs = [],
  }: { postId: number; label?: string; focus?: boolean; paragraphs?: readonly Paragraph[] },
): Html {
  const hidden = HIDDEN.map(
    (name) =>
      html`<input type="hidden" name="${name}"${attribute('value', state.values[name] ?? '')}>`,
  );
  const note = 'Markdown and @names work. Everybody who can read this post can read your comment.';
  const about = paragraphs.length > 1 && aboutField(state, paragraphs);
  const body = html`${hidden}
${about}${textArea(state, { name: 'content', id: 'comment-content', label, rows: 4, max: COMMENT_MAX, note, focus })}
<div class="actions"><button class="btn btn-primary">Post comment</button></div>`;
  const marked = html` class="comment-form" data-comment`;
  return form(state, href(page, `/posts/${postId}/comments`), body, marked);
}

function aboutField(state: Form, paragraphs: readonly Paragraph[]): Html {
  const each = paragraphs.map(({ anchor, beginning }) => [anchor, `“${beginning}”`]);
  const options = { '': 'The whole post', ...(Object.fromEntries(each) as Record<string, string>) };
  return select(state, { name: 'about', id: 'comment-about', label: 'About', options });
}
