import { form, type Form } from '../views/form.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';

/** What a link to confirm an address would change. */
interface EmailChange {
  username: string;
  email: string;
}

/** The page of such a link. Only its button changes something. */
export function confirmEmailPage(
  page: Page,
  { username, email, token }: EmailChange & { token: string },
  state: Form,
): Html {
  const body = html`<input type="hidden" name="token" value="${token}">
<p>Is <strong>${email}</strong> your address? Once you confirm, <bdi>${username}</bdi> logs in to ${page.siteName} with it, and mails go there.</p>
<div class="actions"><button class="btn btn-primary">Confirm</button></div>`;
  return layout(page, narrow(form(state, href(page, '/confirm-email'), body)));
}

/** What such a link leads to when it does not work, and why. */
export function deadLinkPage(page: Page, reason: string): Html {
  const account = href(page, '/account');
  const body = html`<div class="alert alert-danger" role="alert">${reason}</div>
<p>To get another link, change the email on your <a href="${account}">account page</a> again.</p>`;
  return layout(page, narrow(body));
}

function narrow(body: Html): Html {
  return html`<div class="narrow"><h1>Confirm Email</h1>
${body}</div>`;
}
