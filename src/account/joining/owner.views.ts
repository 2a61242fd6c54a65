import { form, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { registerPage } from '../sign-in/sign-in.views.ts';

/** The page of the link for the first owner: a button, or the ways to sign in first. */
export function ownerPage(page: Page, token: string, state: Form): Html {
  const path = href(page, `/owner/${token}`);
  const login = href(page, `/login?next=${encodeURIComponent(path)}`);
  const body = page.viewer
    ? form(
        state,
        path,
        html`<p>You are signed in as <strong><bdi>${page.viewer.username}</bdi></strong>.</p>
<div class="actions"><button class="btn btn-primary">Become the owner</button><a class="btn btn-plain" href="${href(page, '/')}">Cancel</a></div>`,
      )
    : html`<p>Make an account first, or log in if you have one.</p>
<div class="actions"><a class="btn btn-primary" href="${path}/register">Make an account</a><a class="btn btn-plain" href="${login}">Login</a></div>`;
  return layout(
    page,
    html`<div class="narrow"><h1>Own this blog</h1>
<p class="lead">${page.siteName} has no owner yet. The owner decides who may come in, and who else runs the blog.</p>
${body}</div>`,
  );
}

/** The form for the account of somebody who has that link, also where registration is closed. */
export function ownerRegisterPage(page: Page, token: string, state: Form): Html {
  return registerPage(page, state, {
    action: href(page, `/owner/${token}/register`),
    lead: 'Make your account. You log in with it next, and then become the owner.',
    next: href(page, `/owner/${token}`),
  });
}
