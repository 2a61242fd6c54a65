import { shownTitle, TITLE_MAX } from '../posts/post.ts';
import { SHOWN_PLAIN, type Format, type Rendered } from '../text/rendered.ts';
import { TAGS_MAX } from '../tags/tag.ts';
import { writeTags } from '../tags/tag-line.ts';
import { minutesOf } from '../text/words.ts';
import { dateAndTime } from '../views/date.ts';
import { field, form, textArea, type Form, type TextArea } from '../views/form.ts';
import { href } from '../views/href.ts';
import { attribute, html, type Html } from '../views/html.ts';
import type { Place } from './form/place.ts';
import { layout, type Page } from '../views/layout.ts';
import { storedMarkup } from '../views/stored-markup.ts';
import { publishLater } from './schedule/schedule.views.ts';
import { trayOf, type ShownTray } from './pictures/tray.views.ts';
import { toolbar } from './toolbar.views.ts';

/** A form with a post's text, and that text rendered when its writer asked for a preview. */
export interface Composed extends Form {
  preview?: Rendered;
  /** The text was posted and is not saved. */
  unsaved?: boolean;
}

/** The same with its pictures, and tags to choose from. */
interface WithTray extends Composed {
  tray: ShownTray;
  /** Names of tags to suggest. */
  suggested?: readonly string[];
}

/** The fields that say where a text comes from. `form_key` makes a form that is sent twice create one post. */
const ORIGIN = ['form_key', 'version', 'draft', 'draft_version'];

/** The form for a new post, a change of one's own post, or a draft. */
export function composerPage(page: Page, place: Place, state: WithTray): Html {
  const hidden = html`${ORIGIN.map((name) => html`<input type="hidden" name="${name}" value="${state.values[name] ?? ''}">`)}`;
  return composer(page, state, {
    ...place,
    action: href(page, place.action),
    back: href(page, place.back),
    hidden,
    note: draftNote(page, place),
    later: publishLater(state, place.draft ?? {}),
  });
}

/** Above the text of a draft: what it is, and a way to discard it. */
function draftNote(page: Page, { draft }: Place): Html | null {
  if (!draft) return null;
  const { id, postId, savedAt } = draft;
  const of =
    postId !== null &&
    html` It changes <a href="${href(page, `/posts/${postId}`)}">this post</a>, which stays as it is until you publish.`;
  return html`<p class="draft-note meta">Draft, saved ${dateAndTime(savedAt)}.${of}</p>
<p class="draft-actions"><a href="${href(page, `/drafts/${id}/delete`)}">Discard draft</a> <a href="${href(page, `/drafts/${id}/share`)}">Share link</a> <a href="${href(page, postId === null ? `/drafts/${id}/history` : `/posts/${postId}/history`)}">History</a> <a href="${href(page, '/drafts')}">All drafts</a></p>`;
}

interface Composer {
  action: string;
  h1: string;
  back: string;
  hidden: Html;
  note: Html | null;
  later: Html;
}

const CONTENT: TextArea = {
  name: 'content',
  label: 'Content',
  rows: 14,
  placeholder: 'Write here…',
  look: 'paper-text',
};

/** Its length is checked early by the client; the schema decides. */
const title = (focus: boolean): TextArea => ({
  name: 'title',
  label: 'Title',
  rows: 1,
  max: TITLE_MAX,
  placeholder: 'Title',
  look: 'paper-text post-title',
  focus,
});

/**
 * One form for title and text, with a bar of buttons that stays in reach. Works without scripts; the client adds tools
 * and a preview that follows the text.
 */
function composer(
  page: Page,
  state: WithTray,
  { action, h1, back, hidden, note, later }: Composer,
): Html {
  const asked = state.preview !== undefined;
  const { question, refused = [] } = state.tray;
  const focus = !asked && !question && refused.length === 0;
  const body = html`${DEFAULT}${hidden}
<div class="composer-columns">
<div class="composer-text">
${textArea(state, title(focus))}
${toolbar}
${textArea(state, CONTENT)}
${trayOf(page, state, state.tray)}
</div>
${preview(page, state)}
</div>
${tagsField(state)}
<div class="composer-foot">${formatChoice(state)}${audienceChoice(state)}${help(page)}<p class="words" data-words>${state.preview && reading(state.preview)}</p></div>
${later}
<div class="composer-bar"><div class="alert alert-note" role="status" data-save-trouble></div><p class="saved" data-saved></p>${button('save', 'Save draft')}${button('preview', 'Preview')}${button('publish', 'Publish')}</div>`;
  // Drafts are kept per person: two may share a browser.
  const draft = html` data-draft="${page.viewer?.id ?? 0}:${action}"${attribute('data-unsaved', state.unsaved === true)}`;
  return layout(
    page,
    html`<div class="composer"${attribute('data-view', asked ? 'preview' : undefined)}>
<div class="composer-top"><h1>${h1}</h1><a href="${back}">Cancel</a></div>
${note}
${form(state, action, body, draft)}
</div>`,
  );
}

/** The form's first button, which Enter in a one-line field presses. */
const DEFAULT = html`<button name="do" value="save" formnovalidate hidden>Save draft</button>`;

/** One line for all tags; scripts make the suggestions follow the last one. */
function tagsField(state: WithTray): Html {
  return html`<div class="composer-tags">${field(state, {
    name: 'tags',
    label: 'Tags',
    type: 'text',
    autocomplete: 'off',
    optional: true,
    list: 'tag-list',
    note: `Commas between them, ${TAGS_MAX} at most.`,
  })}<datalist id="tag-list">${state.suggested?.map((name) => html`<option value="${writeTags([name])}"></option>`)}</datalist></div>`;
}

/**
 * A button that posts the form as `do`. Only publishing checks the fields first.
 */
function button(name: 'save' | 'preview' | 'publish', text: string): Html {
  const look = name === 'publish' ? 'btn-primary' : 'btn-plain';
  return html`<button class="btn ${look}" name="do" value="${name}"${attribute('formnovalidate', name !== 'publish')}>${text}</button>`;
}

/**
 * The text as readers would see it. It has the focus if the page was asked for a preview; otherwise
 * scripts fill it.
 */
function preview(page: Page, { preview: text, values }: Composed): Html {
  return html`<section class="preview" aria-label="Preview" tabindex="-1"${attribute('autofocus', text !== undefined)}>
<p class="meta scriptless" aria-hidden="true">Preview</p>
<p class="preview-note meta" role="status">${text && shownPlainNote(text)}</p>
<h2 class="post-title" dir="auto">${text && shownTitle({ title: values['title'] ?? '' })}</h2>
<div class="prose">${text && storedMarkup(page, text.html)}</div>
</section>`;
}

function shownPlainNote({ shownPlain }: Rendered): string | null {
  return shownPlain && `Shown as you typed it, without formatting: ${SHOWN_PLAIN[shownPlain]}.`;
}

function reading({ words }: Rendered): string {
  const minutes = minutesOf(words);
  return `${words === 1 ? '1 word' : `${words.toLocaleString('en')} words`}, ${minutes === 1 ? '1 minute' : `${minutes} minutes`}`;
}

/** One line of help; the beginning is for people who have never written here. */
function help(page: Page): Html {
  return html`<p class="help"><span class="hint">New here? </span><a href="${href(page, '/help/writing')}" target="_blank" rel="noopener">Markdown by example<span class="visually-hidden"> (opens in a new tab)</span></a></p>`;
}

const FORMATS: Record<Format, string> = { markdown: 'Markdown', text: 'Plain text' };

function formatChoice({ values: { format: chosen = 'text' } }: Form): Html {
  const choices = Object.entries(FORMATS).map(
    ([value, label]) =>
      html`<option value="${value}"${attribute('selected', value === chosen)}>${label}</option>`,
  );
  return html`<p class="format"><label for="format">Written as</label>
<select id="format" name="format">${choices}</select></p>`;
}

/** By default a post is for everybody who may read the blog. */
function audienceChoice({ values: { audience = 'blog' } }: Form): Html {
  const members = audience === 'members';
  return html`<p class="format"><label for="audience">For</label>
<select id="audience" name="audience"><option value="${members ? 'blog' : audience}">All readers</option><option value="members"${attribute('selected', members)}>Members only</option></select></p>`;
}
