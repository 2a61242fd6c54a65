import { shownTitle } from '../../posts/post.ts';
import { dateAndTime } from '../../views/date.ts';
import { EMPTY, form } from '../../views/form.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { compare, type Passage } from './together.ts';
import type { TextConflict } from './text-conflict.ts';
import type { Text } from './written.ts';

/** The fields of the composer's form that go back with the decision. */
const KEPT = ['audience', 'form_key', 'draft'];

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
<button class="btn btn-primary" name="do" value="mine" formnovalidate>Keep mine</button>
<button class="btn btn-plain" name="do" value="theirs" formnovalidate>Keep theirs</button>
<button class="btn btn-plain" name="do" value="together" formnovalidate>Edit together</button>
</div>`;
  // The history of a new text can be opened once it is a post.
  const isPost = post !== undefined || (draft?.post_id ?? null) !== null;
  const where = isPost ? ' in the history' : ', and is in the history once you publish';
  return layout(
    page,
    html`<div class="conflict" data-kept="${page.viewer?.id ?? 0}:${action}"><h1>Two Versions of One Text</h1>
<p class="alert alert-note" role="status">The ${names[1]} has changed since you began: it was saved in another tab, on another device or by another program, ${dateAndTime(conflict.savedAt)}. Nothing is lost. Which version do you want?</p>
${form(EMPTY, action, body)}
<ul class="form-text"><li><b>Keep mine</b>: ${names[0]?.toLowerCase()} your version. The other one is kept${where}.</li>
<li><b>Keep theirs</b>: go on with the ${names[1]}. Yours is kept${where}.</li>
<li><b>Edit together</b>: one text with both versions of what differs, marked, for you to edit.</li></ul>
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
    return passage[side] === '' ? html`` : html`<mark>${passage[side]}</mark>`;
  });
  return html`<section aria-labelledby="version-${side}"><h2 id="version-${side}">${heading}</h2>
<p class="version-title" dir="auto">${shownTitle(text)}</p>
<div class="version-text" dir="auto" tabindex="0" role="region" aria-label="${heading}: text">${parts}</div></section>`;
}
