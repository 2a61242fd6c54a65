import type { Form } from '../../views/form.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import { layout, type Page } from '../../views/layout.ts';
import { registerPage } from '../sign-in/sign-in.views.ts';

/** The form for an account with an invitation. */
export function joinPage(
  page: Page,
  { token, role }: { token: string; role: 'member' | 'reader' },
  state: Form,
): Html {
  const may = role === 'member' ? 'read and write here' : 'read here and comment';
  return registerPage(page, state, {
    lead: `You are invited to ${page.siteName}. With an account you can ${may}.`,
    action: href(page, `/join/${token}`),
  });
}

/** The same link, for somebody who is signed in. */
export function joinedPage(page: Page, username: string): Html {
  return layout(
    page,
    html`<div class="narrow"><h1>Join</h1>
<p class="lead">You are signed in as <strong><bdi>${username}</bdi></strong>, so you need no invitation. The link still works for somebody else.</p>
<div class="actions"><a class="btn btn-primary" href="${href(page, '/')}">Go to the home page</a></div></div>`,
  );
}

/** The page of an invitation's link that does not work: used up, expired, ended or invalid. */
export function deadInvitationPage(page: Page): Html {
  return layout(
    page,
    html`<div class="narrow"><h1>Join</h1>
<p class="lead">This invitation does not work: it was used, has expired, or was ended. Ask whoever gave it to you for another.</p>
<div class="actions"><a class="btn btn-primary" href="${href(page, '/')}">Go to the home page</a></div></div>`,
  );
}
