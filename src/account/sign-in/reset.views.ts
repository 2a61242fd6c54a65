import { field, form, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { newPasswordFields } from '../password-fields.views.ts';

/** The form for a reset link; says if no mail can be sent. */
export function forgotPasswordPage(page: Page, state: Form): Html {
  const body = html`${field(state, { name: 'email', label: 'Email', type: 'email', autocomplete: 'username' })}
<div class="actions"><button class="btn btn-primary">Send Reset Link</button><a href="${href(page, '/login')}">Back to login</a></div>`;
  const how = page.mailEnabled
    ? html`<p>Enter the e-mail of your account. You will get a link to choose a new password.</p>`
    : html`<div class="alert alert-note"><p>This site has no mail server, so no e-mail will reach you. Send the form and then ask the site's host, who can hand you the reset link.</p></div>`;
  return layout(
    page,
    html`<div class="narrow"><h1>Forgot Password</h1>
${how}
${form(state, href(page, '/forgot-password'), body)}</div>`,
  );
}

/** The form for a new password with the token of a reset link. */
export function resetPasswordPage(page: Page, token: string, state: Form): Html {
  const body = html`<input type="hidden" name="token" value="${token}">
${newPasswordFields(state, { name: 'new_password', label: 'New Password' })}
<div class="actions"><button class="btn btn-primary">Reset Password</button><a href="${href(page, '/forgot-password')}">Send a new link</a></div>`;
  return layout(
    page,
    html`<div class="narrow"><h1>Reset Password</h1>
${form(state, href(page, '/reset-password'), body)}</div>`,
  );
}

/** Shown instead of that form for a link that is used up, expired or invalid. */
export function deadLinkPage(page: Page): Html {
  return layout(
    page,
    html`<div class="narrow"><h1>Reset Password</h1>
<p class="lead">This link does not work any more: it was used, a newer one was sent, or it has expired.</p>
<div class="actions"><a class="btn btn-primary" href="${href(page, '/forgot-password')}">Send a new link</a></div></div>`,
  );
}
