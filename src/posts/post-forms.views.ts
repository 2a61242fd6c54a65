import { askPage, type Question } from '../views/confirm.ts';
import { field, form, textArea, type Field, type Form } from '../views/form.ts';
import { href, type BelowPath } from '../views/href.ts';
import { attribute, html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import type { Format } from '../text/rendered.ts';
import { shownTitle, TITLE_MAX, type PostWithAuthor } from './post.ts';

/** The form for a new post. `values.form_key` makes a form that is sent twice create one post. */
export function newPostPage(page: Page, state: Form): Html {
  const key = html`<input type="hidden" name="form_key" value="${state.values['form_key'] ?? ''}">`;
  return editor(page, state, {
    action: href(page, '/posts/new'),
    h1: 'New Post',
    save: 'Create Post',
    back: href(page, '/'),
    hidden: key,
  });
}

/** Changing a post that is the viewer's own. */
export function editPostPage(page: Page, post: { id: number; version: number }, state: Form): Html {
  const back = href(page, `/posts/${post.id}`);
  const version = state.stale ? String(post.version) : (state.values['version'] ?? '');
  return editor(page, state, {
    action: `${back}/edit`,
    hidden: html`<input type="hidden" name="version" value="${version}">${state.stale && staleNote(back)}`,
    h1: 'Edit Post',
    save: 'Update Post',
    back,
  });
}

/** Beside the refused text: the current one, and a button that replaces it all the same. */
function staleNote(address: string): Html {
  return html`<p class="alert alert-note">Compare it with <a href="${address}" target="_blank" rel="noopener">the post as it is now</a> (opens in a new tab). “Update Post” replaces that by what stands below.</p>`;
}

/** The question of "Delete Post", for the dialog and for its page. */
export function deleteQuestion(
  page: BelowPath,
  post: Pick<PostWithAuthor, 'id' | 'title'>,
): Question {
  const back = href(page, `/posts/${post.id}`);
  return {
    id: 'delete-post',
    title: 'Delete Post?',
    text: html`<p>Are you sure you want to delete this post? This action cannot be undone.</p>
<p class="doomed" dir="auto">${shownTitle(post)}</p>`,
    action: `${back}/delete`,
    yes: 'Delete Post',
    back,
  };
}

/** The page with that question. */
export function deletePostPage(page: Page, post: Pick<PostWithAuthor, 'id' | 'title'>): Html {
  return layout(page, askPage(deleteQuestion(page, post)));
}

interface Editor {
  action: string;
  h1: string;
  save: string;
  back: string;
  hidden?: Html;
}

/** Shown, and checked early by the client; the schema decides. */
const TITLE: Field = {
  name: 'title',
  label: 'Title',
  type: 'text',
  autocomplete: 'off',
  max: TITLE_MAX,
  note: `Up to ${TITLE_MAX} characters.`,
};

function editor(page: Page, state: Form, { action, h1, save, back, hidden }: Editor): Html {
  const body = html`${hidden}
${field(state, TITLE)}
${textArea(state, { name: 'content', label: 'Content', rows: 14 })}
${formatChoice(state)}
<div class="actions"><button class="btn btn-primary">${save}</button><a class="btn btn-plain" href="${back}">Cancel</a></div>`;
  // Drafts are kept per person: two may share a browser.
  const draft = html` data-draft="${page.viewer?.id ?? 0}:${action}"`;
  return layout(
    page,
    html`<div class="editor"><h1>${h1}</h1>${form(state, action, body, draft)}</div>`,
  );
}

const FORMATS: Record<Format, string> = { markdown: 'Markdown', text: 'Plain text' };

function formatChoice({ values: { format: chosen = 'text' } }: Form): Html {
  const choices = Object.entries(FORMATS).map(
    ([value, label]) =>
      html`<option value="${value}"${attribute('selected', value === chosen)}>${label}</option>`,
  );
  return html`<div class="field"><label class="form-label" for="format">Written as</label>
<select class="form-control" id="format" name="format">${choices}</select></div>`;
}
