import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import type { Steps } from './first-steps.service.ts';

/** What a blog without any account says: what it is, how it gets its owner, and what comes next. */
export function unclaimedView(page: Page): Html {
  return html`<div class="first-hour"><h2>A new blog</h2>
<p>This is a blog for a group of people: each of them writes here, under their own name and with their own face. Nobody has an account yet.</p>
<h3>If it is yours</h3>
<ol>
<li>When the blog was started, it printed a link for its owner, in the window or the log where it runs. It begins with <code>${page.publicUrl}/owner/</code>. Open it and make your account. It works once, for a day; a restart prints a new one.</li>
<li>Write the first post.</li>
<li>Invite the others, and choose who may read.</li>
</ol>
<p>An account that was made without that link does not own the blog.</p></div>`;
}

/** The steps that an owner of a new blog has left, and those that are done. */
export function stepsView(page: Page, { written, invited, chosen }: Steps): Html {
  const steps = [
    { done: written, path: '/posts/new', label: 'Write the first post' },
    { done: invited, path: '/admin/invitations', label: 'Invite people' },
    { done: chosen, path: '/admin/settings#readers', label: 'Choose who may read' },
  ];
  const step = ({ done, path, label }: (typeof steps)[number]) =>
    done
      ? html`<li class="done">${label}<span class="visually-hidden"> (done)</span></li>`
      : html`<li><a href="${href(page, path)}">${label}</a></li>`;
  return html`<section class="first-steps" aria-labelledby="first-steps"><h2 id="first-steps">First steps</h2>
<ol>${steps.map(step)}</ol>
<form method="post" action="${href(page, '/admin/first-steps/dismiss')}"><button class="btn btn-plain btn-small">Hide the first steps</button></form></section>`;
}
