import { form, type Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { registerPage } from '../sign-in/sign-in.views.ts';

const H1 = 'Own this blog';
const leadOf = ({ siteName }: Page) =>
  `${siteName} has no owner yet. The owner decides who may come in, and who else runs the blog.`;

/** The page of the link for the first owner, for somebody who is signed in: a button. */
export function ownerPage(page: Page, token: string, state: Form): Html {
  const body = form(
    state,
    href(page, `/owner/${token}`),
    html`<p>You are signed in as <strong><bdi>${page.viewer?.username}</bdi></strong>.</p>
<div class="actions"><button class="btn btn-primary">Become the owner</button><a class="btn btn-plain" href="${href(page, '/')}">Cancel</a></div>`,
  );
  return layout(
    page,
    html`<div class="narrow"><h1>${H1}</h1>
<p class="lead">${leadOf(page)}</p>
${body}</div>`,
  );
}

/** The same link for everybody else: the form for the owner’s account, also where registration is closed. */
export function ownerRegisterPage(page: Page, token: string, state: Form): Html {
  return registerPage(page, state, {
    h1: H1,
    lead: `${leadOf(page)} Make your account here, and you are the owner.`,
    action: href(page, `/owner/${token}/register`),
    button: 'Become the owner',
    next: href(page, `/owner/${token}`),
  });
}
