import { can } from '../auth/policy.ts';
import { SHOWN_PLAIN } from '../text/rendered.ts';
import { askDialog, askLink } from '../views/confirm.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { storedMarkup } from '../views/stored-markup.ts';
import { byline } from './byline.views.ts';
import { deleteQuestion } from './delete-post.views.ts';
import type { Neighbours } from './neighbours.store.ts';
import { pictureBase } from './picture-base.views.ts';
import { postPath, shownTitle, postSubject, type PostWithAuthor, type ShownPost } from './post.ts';
import { postPreview } from './previews.views.ts';
import { tagLine } from './tags/tags.views.ts';
import { unpublishQuestion } from './unpublish/unpublish.views.ts';

/** What a later feature shows on the page of a post. */
export interface PostSlots {
  /** the stored markup of the text, with something added between its blocks */
  text?: string;
  /** below the byline */
  belowByline?: Html | null;
  /** between the text and the end of the post */
  belowText?: Html | null;
  /** links and buttons beside the author's own */
  actions?: Html | null;
  /** after the post and its neighbours, and where the dialogs of `actions` belong */
  after?: Html | null;
}

interface Extras {
  /** Whether the post has a history. */
  history?: boolean;
  beside?: Neighbours;
  slots?: readonly PostSlots[];
}

/** A post in full, and for its author the ways to change it. */
export function postPage(
  page: Page,
  post: ShownPost,
  { history = false, beside = {}, slots = [] }: Extras = {},
): Html {
  const own = can(page.viewer, 'update', postSubject(post));
  const preview = postPreview(page, post);
  const text = slots.find((slot) => slot.text !== undefined)?.text ?? post.shown.html;
  return layout(
    { ...page, preview },
    html`<article class="post" data-post="${post.id}">
<h1 class="post-title" dir="auto">${shownTitle(post)}</h1>
${byline(page, post, { words: post.shown.words })}
${slots.map(({ belowByline }) => belowByline)}
${own && shownPlainNote(post)}
<div class="prose">${storedMarkup(page, text, pictureBase(page, post))}</div>
${tagLine(page, post.tags)}
${slots.map(({ belowText }) => belowText)}
<footer class="post-end" data-address="${page.publicUrl}/posts/${post.id}"><a href="${href(page, `/users/${post.user_id}/posts`)}">All posts by <bdi>${post.username}</bdi></a>
${actions(page, post, { own, history, slots })}
</footer>
</article>
${neighbours(page, beside)}
${slots.map(({ after }) => after)}`,
  );
}

function neighbours(page: Page, { previous, next }: Neighbours): Html | null {
  if (!previous && !next) return null;
  const link = (post: NonNullable<Neighbours['next']>, rel: string, label: string) =>
    html`<a rel="${rel}" href="${href(page, postPath(post))}"><span class="meta">${label}</span><span dir="auto">${shownTitle(post)}</span></a>`;
  return html`<nav class="neighbours" aria-label="Previous and next post">
${previous && link(previous, 'prev', 'Previous')}
${next && link(next, 'next', 'Next')}
</nav>`;
}

function shownPlainNote({ shown: { shownPlain } }: ShownPost): Html | null {
  if (shownPlain === null) return null;
  return html`<p class="alert alert-note">This post is shown as you typed it, without formatting: ${SHOWN_PLAIN[shownPlain]}. Only you see this note.</p>`;
}

function actions(
  page: Page,
  post: PostWithAuthor,
  { own, history, slots }: { own: boolean; history: boolean; slots: readonly PostSlots[] },
): Html | null {
  const more = slots.flatMap(({ actions }) => actions ?? []);
  if (!own && more.length === 0) return null;
  const [question, unpublish] = [deleteQuestion(page, post), unpublishQuestion(page, post)];
  return html`<div class="actions">
${own && html`<a class="btn btn-plain" href="${href(page, `/posts/${post.id}/edit`)}">Edit Post</a>`}
${own && history && html`<a class="btn btn-plain" href="${href(page, `/posts/${post.id}/history`)}">History</a>`}
${more}
${own && post.state === 'published' && askLink(unpublish, 'Unpublish', 'btn btn-plain')}
${own && askLink(question, 'Delete Post')}
</div>
${own && post.state === 'published' && askDialog(unpublish)}
${own && askDialog(question)}`;
}
