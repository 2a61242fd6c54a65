import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';

/** The account that waits: where a mail would reach it, and why it was declined, if it was. */
interface Waiting {
  email: string;
  declined: string | null;
}

/** What somebody whose account waits for approval reads in place of what they may not see yet. */
export function waitingPage(page: Page, { email, declined }: Waiting): Html {
  const account = html`<a ${page.closed === true && html`class="btn btn-primary" `}href="${href(page, '/account')}">Your account</a>`;
  return layout(
    page,
    html`<div class="narrow"><h1>Waiting for approval</h1>
${declined === null ? undecided(page, email) : refused(declined)}
<div class="actions">${page.closed !== true && html`<a class="btn btn-primary" href="${href(page, '/')}">Read the blog</a>`}${account}</div></div>`,
  );
}

function undecided(page: Page, email: string): Html {
  const { siteName, closed = false, mailEnabled } = page;
  return html`<p class="lead">Your account is made. Those who run ${siteName} look at every new one before you can ${closed ? 'read and write' : 'write'} here.</p>
<p>Until then you can ${!closed && 'read, '}choose a profile picture and say something about yourself on your account page.</p>
<p>${mailEnabled ? html`You will get a mail at <strong>${email}</strong> once they have decided, and this page will say so.` : 'This blog sends no mail, so come back to this page: it will say what they have decided.'}</p>`;
}

function refused(reason: string): Html {
  return html`<p class="lead">Your account was not approved.</p>
<p>They wrote:</p><blockquote><p>${reason}</p></blockquote>
<p>They can still change their mind. If you do not want to wait, you can delete your account on your account page.</p>`;
}
