import { form, textArea, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { postPath, shownTitle, TITLE_MAX, type PostWithAuthor } from '../post.ts';

/**
 * The form with which an editor corrects a post. `met`: the current post, if it has changed since
 * the editor opened the form; saving again then replaces it.
 */
export function correctPage(
  page: Page,
  post: PostWithAuthor,
  { state, met }: { state: Form; met?: PostWithAuthor | undefined },
): Html {
  const { version } = met ?? post;
  const values = { title: post.title, content: post.content, ...state.values };
  const shown = { ...state, values };
  const hidden = met ? String(version) : (state.values['version'] ?? String(version));
  const body = html`<input type="hidden" name="version" value="${hidden}">
${textArea(shown, { name: 'title', label: 'Title', rows: 1, max: TITLE_MAX })}
${textArea(shown, { name: 'content', label: 'Content', rows: 16, note: post.format === 'markdown' ? 'Written as Markdown.' : 'Written as plain text.' })}
${textArea(shown, { name: 'reason', label: 'What was corrected', rows: 2, max: 500, optional: true, note: 'The log for members shows it.' })}
<div class="actions"><button class="btn btn-primary">${met ? 'Save my text instead' : 'Save the correction'}</button><a class="btn btn-plain" href="${href(page, `/posts/${post.id}/moderate`)}">Cancel</a></div>`;
  return layout(
    page,
    html`<div class="correct">
<h1>Correct Post</h1>
<p class="meta of-post"><a href="${href(page, postPath(post))}"><bdi>${shownTitle(post)}</bdi></a> by <bdi>${post.username}</bdi></p>
${met && now(met)}
${form(shown, href(page, `/posts/${post.id}/correct`), body)}
</div>`,
  );
}

function now({ title, content }: PostWithAuthor): Html {
  return html`<section class="card"><h2 id="now">The post as it is now</h2><div>
<p dir="auto"><strong>${title}</strong></p>
<textarea class="form-control written" rows="10" dir="auto" readonly aria-labelledby="now">
${content}</textarea></div></section>`;
}
