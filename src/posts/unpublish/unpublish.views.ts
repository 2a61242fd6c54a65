import { askPage, type Question } from '../../views/confirm.ts';
import { href, type BelowPath } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { shownTitle, type PostWithAuthor } from '../post.ts';

type Asked = Pick<PostWithAuthor, 'id' | 'title'>;

/** The question of "Unpublish", for the dialog and for its page. */
export function unpublishQuestion(page: BelowPath, post: Asked): Question {
  const back = href(page, `/posts/${post.id}`);
  return {
    id: 'unpublish-post',
    title: 'Unpublish Post?',
    text: html`<p>The post becomes a draft that only you see. Once you publish that, the post is back at the same address, with the date it has now.</p>
<p class="doomed" dir="auto">${shownTitle(post)}</p>`,
    action: `${back}/unpublish`,
    yes: 'Unpublish',
    back,
  };
}

/** The page with that question. */
export function unpublishPage(page: Page, post: Asked): Html {
  return layout(page, askPage(unpublishQuestion(page, post)));
}
