import { shownTitle } from '../../posts/post.ts';
import { writeTags } from '../../tags/tag-line.ts';
import { dateAndTime } from '../../views/date.ts';
import { EMPTY, form } from '../../views/form.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { compare, type Passage } from './together.ts';
import type { TextConflict } from './text-conflict.ts';
import type { Text } from './written.ts';

/** Fields of the composer's form that are sent along with the decision. */
const KEPT = ['audience', 'tags', 'form_key', 'draft'];

/**
 * Both versions of a text that was saved in two places, and what to do with them. `values`: the
 * composer's form as it was posted to `action`.
 */
export function conflictPage(
  page: Page,
  conflict: TextConflict,
  { action, mine, values }: { action: string; mine: Text; values: Record<string, string> },
): Html {
  const { over, theirs, draft, post } = conflict;
  const passages = compare(mine.content, theirs.content);
  const names = over === 'draft' ? ['Save', 'saved draft'] : ['Publish', 'published post'];
  const hidden: [string, string | undefined][] = [
    ...KEPT.map((name): [string, string | undefined] => [name, values[name]]),
    ['title', mine.title],
    ['content', mine.content],
    ['format', mine.format],
    ['over', over],
    ['draft', draft && String(draft.id)],
    ['draft_version', draft ? String(draft.version) : values['draft_version']],
    ['version', post ? String(post.version) : values['version']],
  ];
  const body = html`${[...new Map(hidden)].map(
    ([name, value]) =>
      value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`,
  )}
<div class="actions">
<button class="btn btn-primary" name="do" value="mine" aria-describedby="choice-mine" formnovalidate>Keep mine</button>
<button class="btn btn-plain" name="do" value="theirs" aria-describedby="choice-theirs" formnovalidate>Keep theirs</button>
<button class="btn btn-plain" name="do" value="together" aria-describedby="choice-together" formnovalidate>Edit together</button>
</div>`;
  return layout(
    page,
    html`<div class="conflict" data-kept="${page.viewer?.id ?? 0}:${action}"><h1>Two Versions of One Text</h1>
<p class="alert alert-note" role="status">The ${names[1]} has changed since you began: it was saved in another tab, on another device or by another program, ${dateAndTime(conflict.savedAt)}. Nothing is lost. Which version do you want?</p>
${form(EMPTY, action, body)}
<ul class="form-text"><li id="choice-mine"><b>Keep mine</b>: ${names[0]?.toLowerCase()} your version. The other one is kept in the history.</li>
<li id="choice-theirs"><b>Keep theirs</b>: go on with the ${names[1]}. Yours is kept in the history.</li>
<li id="choice-together"><b>Edit together</b>: one text with both versions of what differs, marked, for you to edit.</li></ul>
<div class="versions">
${version('Yours', mine, passages, 'mine')}
${version('Theirs', theirs, passages, 'theirs')}
</div></div>`,
  );
}

/** One of the texts, with what differs marked. */
function version(heading: string, text: Text, passages: Passage[], side: 'mine' | 'theirs'): Html {
  const parts = passages.map((passage) => {
    if ('both' in passage) return html`${passage.both}`;
    return passage[side] === ''
      ? html``
      : html`<mark>${said('[differs: ')}${passage[side]}${said(']')}</mark>`;
  });
  return html`<section aria-labelledby="version-${side}"><h2 id="version-${side}">${heading}</h2>
<p class="version-title" dir="auto">${shownTitle(text)}</p>
${text.tags && text.tags.length > 0 && html`<p class="meta">Tags: <span dir="auto">${writeTags(text.tags)}</span></p>`}
<div class="version-text" dir="auto" tabindex="0" role="region" aria-label="${heading}: text">${parts}</div></section>`;
}

/** For screen readers, which do not announce the mark. */
const said = (words: string): Html => html`<span class="visually-hidden">${words}</span>`;
