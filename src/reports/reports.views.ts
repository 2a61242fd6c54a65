import { form, textArea, type Form } from '../views/form.ts';
import { href, type BelowPath } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import { REASON_MAX } from './report.ts';

/** Paths without the base path. */
interface Asked {
  /** Where the form is posted. */
  action: string;
  /** Where it is read. */
  back: string;
  /** Such as "the post “Soup” by". */
  what: string;
  author: string | null;
}

/** The form that reports a post or a comment. */
export function reportPage(page: Page, { action, back, what, author }: Asked, state: Form): Html {
  const body = html`${textArea(state, { name: 'reason', label: 'What is wrong with it?', rows: 3, max: REASON_MAX, note: 'The editors of this blog read this, with your name. Nobody else does.' })}
<div class="actions"><button class="btn btn-primary">Report</button><a class="btn btn-plain" href="${href(page, back)}">Cancel</a></div>`;
  return layout(
    page,
    html`<div class="narrow">
<h1>Report</h1>
<p>You are reporting ${what} <strong><bdi>${author ?? 'a deleted account'}</bdi></strong>. An editor will look at it; until then it stays as it is.</p>
${form(state, href(page, action), body)}
</div>`,
  );
}

/** The way to that form, beside what it is about. */
export function reportLink(page: Page, path: string): Html {
  return html`<a class="btn btn-plain" href="${href(page, `${path}/report`)}">Report</a>`;
}

/** The same for a comment, in the line of what can be done with it. */
export function reportCommentLink(
  site: BelowPath,
  { id, username }: { id: number; username: string | null },
): Html {
  return html`<a href="${href(site, `/comments/${id}/report`)}" aria-label="Report the comment by ${username ?? ''}">Report</a>`;
}
