import { date, dateAndTime } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { deviceOf } from './device.ts';

/** A browser in which one is signed in. */
export interface SessionView {
  /** Opaque; names the session in the form that ends it. */
  id: string;
  /** The session that looks at the page. */
  current: boolean;
  userAgent: string;
  /** Microseconds. */
  createdAt: number;
  /** Microseconds. */
  lastSeenAt: number;
}

/** Where one is signed in, with buttons to sign out. */
export function sessionsSection(page: Page, sessions: readonly SessionView[]): Html {
  return html`<section class="card" aria-labelledby="sessions-title">
<h2 id="sessions-title">Where You Are Signed In</h2>
<ul class="sessions">${sessions.map((one) => session(page, one))}</ul>
<div class="actions">
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
  // The current one was last used now.
  const used = current
    ? html`Signed in on ${date(createdAt)}`
    : html`Last used on ${dateAndTime(lastSeenAt)}`;
  return html`<li><div><strong>${device}</strong>${current && html` <span class="badge">This browser</span>`}
<p class="meta">${used}</p></div>${!current && end}</li>`;
}
