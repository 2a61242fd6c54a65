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

/** The link of an invitation that does not work: used up, expired, ended or never made. */
export function deadInvitationPage(page: Page): Html {
  return layout(
    page,
    html`<div class="narrow"><h1>Join</h1>
<p class="lead">This invitation does not work: it was used, has expired, or was ended. Ask whoever gave it to you for another.</p>
<div class="actions"><a class="btn btn-primary" href="${href(page, '/')}">Go to the home page</a></div></div>`,
  );
}

/** What somebody whose account waits for approval reads about it. `mayRead`: whether the blog is open to everyone. */
export function waitingPage(page: Page, declined: string | null, mayRead: boolean): Html {
  const why =
    declined === null
      ? html`<p class="lead">Your account waits for the approval of those who run ${page.siteName}. ${mayRead ? 'Until then you can read, but not write.' : 'Until then you can neither read nor write.'}</p>`
      : html`<p class="lead">Your account was not approved.</p><p>They wrote:</p><blockquote><p>${declined}</p></blockquote>`;
  return layout(
    page,
    html`<div class="narrow"><h1>Waiting for approval</h1>
${why}
<div class="actions">${mayRead && html`<a class="btn btn-primary" href="${href(page, '/')}">Read the blog</a>`}<a ${!mayRead && html`class="btn btn-plain" `}href="${href(page, '/account')}">Your account</a></div></div>`,
  );
}
