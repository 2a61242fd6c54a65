import { askPage } from '../views/confirm.ts';
import { form, textArea, type Form } from '../views/form.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { storedMarkup } from '../views/stored-markup.ts';
import { shownTitle, type PostWithAuthor } from '../posts/post.ts';
import { COMMENT_MAX, commentPath, type CommentWithAuthor } from './comment.ts';
import type { Paragraph } from './paragraphs.ts';
import { commentForm } from './comments.views.ts';

type Asked = Pick<PostWithAuthor, 'id' | 'title'>;

/** A page of its own for a comment or a reply: without scripts, and after a refusal. */
export function writePage(
  page: Page,
  post: Asked,
  state: Form,
  { answered, paragraphs }: { answered?: CommentWithAuthor | undefined; paragraphs: Paragraph[] },
): Html {
  const title = answered ? html`Reply to <bdi>${answered.username}</bdi>` : 'Comment';
  const back = answered
    ? href(page, commentPath(answered))
    : href(page, `/posts/${post.id}#comments`);
  const label = answered ? 'Your reply' : 'Your comment';
  return layout(
    page,
    html`<div class="narrow"><h1>${title}</h1>
<p class="meta">On <a href="${href(page, `/posts/${post.id}`)}" dir="auto">${shownTitle(post)}</a></p>
${answered && quote(page, answered)}
${commentForm(page, state, { postId: post.id, label, focus: true, paragraphs })}
<p class="aside"><a href="${back}">Back without a comment</a></p></div>`,
  );
}

function quote(page: Page, { html: markup }: CommentWithAuthor): Html {
  return html`<blockquote class="prose answered">${storedMarkup(page, markup, page.mediaBase)}</blockquote>`;
}

/** The form with which its author changes a comment. */
export function editPage(page: Page, comment: CommentWithAuthor, state: Form): Html {
  const note = 'You can change a comment for 15 minutes after it was written.';
  const body = html`${textArea(state, { name: 'content', label: 'Your comment', rows: 6, max: COMMENT_MAX, note, focus: true })}
<div class="actions"><button class="btn btn-primary">Save</button><a class="btn btn-plain" href="${href(page, commentPath(comment))}">Cancel</a></div>`;
  return layout(
    page,
    html`<div class="narrow"><h1>Edit Comment</h1>
${form(state, href(page, `/comments/${comment.id}/edit`), body)}</div>`,
  );
}

/** What can be asked before something is done to a comment. */
const QUESTIONS = {
  delete: {
    title: 'Delete Comment?',
    text: 'Its text is gone for good. If there are replies, they stay, below a line that says that you removed it.',
    yes: 'Delete',
  },
  hide: {
    title: 'Hide Comment?',
    text: 'Readers do not see it any more. Its author sees it with your reason, and editors can restore it.',
    yes: 'Hide',
  },
  remove: {
    title: 'Remove Comment?',
    text: 'Its text is gone for good. If there are replies, they stay, below a line that says that an editor removed it.',
    yes: 'Remove',
  },
};

type QuestionKind = keyof typeof QUESTIONS;

/** The page that asks before a comment is deleted, hidden or removed; the latter two with a reason. */
export function questionPage(
  page: Page,
  kind: QuestionKind,
  comment: CommentWithAuthor,
  state: Form,
): Html {
  const { title, text, yes } = QUESTIONS[kind];
  const seen = kind === 'hide' ? 'the author of the comment sees it, too' : 'members can read it';
  const note = `Optional. It is kept in the log; ${seen}.`;
  const reason = textArea(state, {
    name: 'reason',
    label: 'Reason',
    rows: 2,
    max: 500,
    optional: true,
    note,
  });
  const question = {
    id: `${kind}-comment`,
    title,
    text: html`<p>${text}</p>
<blockquote class="prose answered">${storedMarkup(page, comment.html, page.mediaBase)}</blockquote>
<p class="meta">by <bdi>${comment.username}</bdi></p>`,
    action: href(page, `/comments/${comment.id}/${kind}`),
    yes,
    back: href(page, commentPath(comment)),
    asked: { state, fields: kind === 'delete' ? html`` : reason },
  };
  return layout(page, askPage(question));
}
