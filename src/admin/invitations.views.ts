import {
  DAYS_MAX,
  NOTE_MAX,
  USES_MAX,
  type Invitation,
} from '../invitations/invitations.service.ts';
import { EMAIL_MAX } from '../users/user.ts';
import { date } from '../views/date.ts';
import { addressField, field, form, select, type Form } from '../views/form.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { adminPage } from './admin.views.ts';

/** The invitations, and the form for another; `link`: of the one that was just made. */
export function invitationsPage(
  page: Page,
  invitations: Invitation[],
  { state, link, closed }: { state: Form; link?: string; closed: boolean },
): Html {
  const values = { uses: '1', days: '14', role: 'member', ...state.values };
  const filled = { ...state, values };
  const body = html`${select(filled, { name: 'role', label: 'Role', options: { member: 'Member: writes', reader: 'Reader: reads' } })}
${field(filled, { name: 'uses', label: 'How many people may use it', type: 'text', autocomplete: 'off', note: `1 to ${USES_MAX}.` })}
${field(filled, { name: 'days', label: 'Days until it ends', type: 'text', autocomplete: 'off', note: `1 to ${DAYS_MAX}.` })}
${field(filled, { name: 'note', label: 'Note', type: 'text', autocomplete: 'off', optional: true, max: NOTE_MAX, note: 'For yourself and the others who run this blog.' })}
${page.mailEnabled && field(filled, { name: 'mail-to', label: 'Mail it to', type: 'email', autocomplete: 'off', optional: true, max: EMAIL_MAX, note: 'This address gets a link of its own for the same invitation.' })}
<div class="actions"><button class="btn btn-primary" formnovalidate>Make a link</button></div>`;
  return adminPage(
    page,
    'Invitations',
    html`${closed && html`<p class="alert alert-note">Registration is closed, so invitations do not work at the moment.</p>`}
${link !== undefined && html`<div class="alert alert-success" role="status">Copy this link now: it is not shown again.</div>${addressField('link', 'Invitation link', link, true)}`}
<section class="card"><h2>Invite</h2>${form(filled, href(page, '/admin/invitations'), body)}</section>
<section class="card"><h2>Invitations</h2>${invitations.length === 0 ? html`<p>There are none yet.</p>` : html`<ul class="invitations">${invitations.map((one) => row(page, one))}</ul>`}</section>`,
  );
}

function row(page: Page, { id, role, note, maker, guests, state, ...one }: Invitation): Html {
  const ended = {
    paused: 'does not work while its maker is suspended',
    used: 'used up',
    expired: 'expired',
    revoked: 'ended',
  };
  const left = one.uses_left === 1 ? '1 use left' : `${one.uses_left} uses left`;
  const status = state === 'open' ? html`${left}, until ${date(one.expires_at)}` : ended[state];
  const name = note === '' ? `Invitation ${id}` : `“${note}”`;
  return html`<li><div><p><strong>${name}</strong></p>
<p class="meta">${role}, ${status}; made by ${maker === null ? 'a deleted account' : html`<bdi>${maker}</bdi>`} on ${date(one.created_at)}${one.mailed_to !== null && html`; mailed to ${one.mailed_to}`}</p>
${guests.length > 0 && html`<p class="meta">Used by ${guests.map((guest, at) => html`${at > 0 && ', '}<a href="${href(page, `/admin/people/${guest.id}`)}"><bdi>${guest.username}</bdi></a>`)}</p>`}</div>
${(state === 'open' || state === 'paused') && html`<form method="post" action="${href(page, `/admin/invitations/${id}/revoke`)}"><button class="btn btn-plain btn-small">End ${name}</button></form>`}</li>`;
}
