import { shownTitle, TITLE_MAX } from '../posts/post.ts';
import type { Format, Rendered } from '../text/rendered.ts';
import { field, form, textArea, type Field, type Form } from '../views/form.ts';
import { href } from '../views/href.ts';
import { attribute, html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { storedMarkup } from '../views/stored-markup.ts';

/** A form with a post's text, and that text rendered when its writer asked for a preview. */
export interface Composed extends Form {
  preview?: Rendered;
}

/** The form for a new post. `values.form_key` makes a form that is sent twice create one post. */
export function newPostPage(page: Page, state: Composed): Html {
  const key = html`<input type="hidden" name="form_key" value="${state.values['form_key'] ?? ''}">`;
  return composer(page, state, {
    action: href(page, '/posts/new'),
    h1: 'New Post',
    back: href(page, '/'),
    hidden: key,
  });
}

/** Changing a post that is the viewer's own. */
export function editPostPage(
  page: Page,
  post: { id: number; version: number },
  state: Composed,
): Html {
  const back = href(page, `/posts/${post.id}`);
  const version = state.stale ? String(post.version) : (state.values['version'] ?? '');
  return composer(page, state, {
    action: `${back}/edit`,
    hidden: html`<input type="hidden" name="version" value="${version}">${state.stale && staleNote(back)}`,
    h1: 'Edit Post',
    back,
  });
}

/** Beside the refused text: the current one, and a button that replaces it all the same. */
function staleNote(address: string): Html {
  return html`<p class="alert alert-note">Compare it with <a href="${address}" target="_blank" rel="noopener">the post as it is now</a> (opens in a new tab). “Publish” replaces that by what stands below.</p>`;
}

interface Composer {
  action: string;
  h1: string;
  back: string;
  hidden: Html;
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

function composer(page: Page, state: Composed, { action, h1, back, hidden }: Composer): Html {
  const body = html`${hidden}
${field(state, TITLE)}
${textArea(state, { name: 'content', label: 'Content', rows: 14 })}
${formatChoice(state)}
<div class="actions">${button('preview', 'Preview')}${button('publish', 'Publish')}<a class="btn btn-plain" href="${back}">Cancel</a></div>`;
  // Drafts are kept per person: two may share a browser.
  const draft = html` data-draft="${page.viewer?.id ?? 0}:${action}"`;
  return layout(
    page,
    html`<div class="editor"><h1>${h1}</h1>${preview(page, state)}${form(state, action, body, draft)}</div>`,
  );
}

/**
 * A button that posts the form as `do`. Only publishing checks the fields first. The first button is
 * what Enter in the title does without scripts.
 */
function button(name: 'preview' | 'publish', text: string): Html {
  const look = name === 'publish' ? 'btn-primary' : 'btn-plain';
  return html`<button class="btn ${look}" name="do" value="${name}"${attribute('formnovalidate', name !== 'publish')}>${text}</button>`;
}

/** The text as readers would see it, above the form with what was typed. */
function preview(page: Page, { preview: text, values }: Composed): Html | null {
  if (!text) return null;
  return html`<section class="preview" aria-label="Preview">
<h2 class="post-title" dir="auto">${shownTitle({ title: values['title'] ?? '' })}</h2>
<div class="prose">${storedMarkup(page, text.html)}</div>
</section>`;
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
