import { askPage, type Question } from '../views/confirm.ts';
import { href, type BelowPath } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { postPath, shownTitle, type PostWithAuthor } from './post.ts';

/** The question of "Delete Post", for the dialog and for its page. */
export function deleteQuestion(
  page: BelowPath,
  post: Pick<PostWithAuthor, 'id' | 'title'>,
): Question {
  return {
    id: 'delete-post',
    title: 'Delete Post?',
    text: html`<p>Are you sure you want to delete this post? This action cannot be undone.</p>
<p class="doomed" dir="auto">${shownTitle(post)}</p>`,
    action: href(page, `/posts/${post.id}/delete`),
    yes: 'Delete Post',
    back: href(page, postPath(post)),
  };
}

/** The page with that question. */
export function deletePostPage(page: Page, post: Pick<PostWithAuthor, 'id' | 'title'>): Html {
  return layout(page, askPage(deleteQuestion(page, post)));
}
