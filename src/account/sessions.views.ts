import { date, dateAndTime } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { deviceOf } from './device.ts';

/** A browser one is signed in with. */
export interface SessionView {
  /** opaque; names the session in the form that ends it */
  id: string;
  /** the one that looks at the page */
  current: boolean;
  userAgent: string;
  /** microseconds */
  createdAt: number;
  /** microseconds */
  lastSeenAt: number;
}

/** Where one is signed in, with the ways to end it. */
export function sessionsSection(page: Page, sessions: readonly SessionView[]): Html {
  return html`<section class="card" aria-labelledby="sessions-title">
<h2 id="sessions-title">Where You Are Signed In</h2>
<ul class="sessions">${sessions.map((one) => session(page, one))}</ul>
<div class="actions">
<form method="post" action="${href(page, '/logout')}" data-send><button class="btn btn-plain">Log out</button></form>
${sessions.length > 1 && endOthers(page)}
</div>
</section>`;
}

const endOthers = (page: Page): Html =>
  html`<form method="post" action="${href(page, '/account/sessions/end-others')}" data-send><button class="btn btn-plain">Log out everywhere else</button></form>`;

function session(page: Page, shown: SessionView): Html {
  const { id, current, userAgent, createdAt, lastSeenAt } = shown;
  const device = deviceOf(userAgent);
  const end = html`<form method="post" action="${href(page, '/account/sessions/end')}" data-send><input type="hidden" name="session" value="${id}"><button class="btn btn-plain btn-small" aria-label="Log out ${device}">Log out</button></form>`;
  // When this one was used last is now.
  const used = current
    ? html`Signed in on ${date(createdAt)}`
    : html`Last used on ${dateAndTime(lastSeenAt)}`;
  return html`<li><div><strong>${device}</strong>${current && html` <span class="badge">This browser</span>`}
<p class="meta">${used}</p></div>${!current && end}</li>`;
}
