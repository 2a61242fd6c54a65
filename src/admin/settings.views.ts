import { READERS_NOTE } from '../settings/settings.ts';
import { field, form, select, textArea, type Form } from '../views/form.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { adminPage } from './admin.views.ts';

const REGISTRATIONS = {
  open: 'Open: everybody can register',
  approval: 'Approval: everybody, but new accounts wait for an editor',
  invite: 'Invite: only with an invitation',
  closed: 'Closed: nobody',
};

const READERS = {
  everyone: 'Everyone',
  members: 'Members only',
};

/** The settings; `fixed`: the values of those that the host has set in the environment. */
export function settingsPage(
  page: Page,
  state: Form,
  fixed: { siteName?: string; registration?: string },
): Html {
  const hosts = (label: string, value: string) =>
    html`<p><strong>${label}:</strong> ${value} <span class="meta">(set by the host)</span></p>`;
  const body = html`${
    fixed.siteName === undefined
      ? field(state, {
          name: 'site-name',
          label: 'Name of the blog',
          type: 'text',
          autocomplete: 'off',
          max: 50,
        })
      : hosts('Name of the blog', fixed.siteName)
  }
${field(state, { name: 'tagline', label: 'Line below the name', type: 'text', autocomplete: 'off', optional: true, max: 120 })}
${
  fixed.registration === undefined
    ? select(state, { name: 'registration', label: 'Registration', options: REGISTRATIONS })
    : hosts('Registration', fixed.registration)
}
${select(state, { name: 'readers', label: 'Readers', options: READERS, note: READERS_NOTE })}
${field(state, { name: 'time-zone', label: 'Time zone', type: 'text', autocomplete: 'off', note: 'Such as Europe/Zurich.' })}
${textArea(state, { name: 'footer-links', label: 'Links at the foot of each page', rows: 3, optional: true, note: 'One a line, such as: Imprint https://example.org/imprint' })}
<div class="actions"><button class="btn btn-primary">Save settings</button></div>`;
  return adminPage(page, 'Settings', form(state, href(page, '/admin/settings'), body));
}
