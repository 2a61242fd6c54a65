import { ABOUT_MAX, type Accent, ACCENTS, READERS_NOTE } from '../settings/definitions.ts';
import { askPage } from '../views/confirm.ts';
import { field, form, radios, select, textArea, type Form } from '../views/form.ts';
import { href } from '../views/href.ts';
import { html, type Child, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
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

const COMMENTS = {
  on: 'On: each author can close their own posts',
  off: 'Off: none is shown, and none is taken',
};

const FIRST_COMMENTS = {
  shown: 'Shown at once',
  held: 'Held until an editor has seen them',
};

/** Each with a sample of the colour on the page's background. */
const COLOURS = Object.fromEntries(ACCENTS.map((name) => [name, colour(name)]));

function colour(name: Accent): Html {
  const label = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
  return html`<span class="swatch" data-accent="${name}" aria-hidden="true"></span>${label}`;
}

/** What the page shows beside the values of its form. */
interface Shown {
  /** The values of settings that the host has set in the environment. */
  fixed: { siteName?: string; registration?: string };
  /** Size of a file that may be sent as the logo, such as `5MB`. */
  size: string;
  /** Why a logo was refused. */
  logoError?: string | undefined;
}

/** The settings, and the logo. */
export function settingsPage(page: Page, state: Form, { fixed, size, logoError }: Shown): Html {
  const hosts = (label: string, value: string) =>
    html`<p><strong>${label}:</strong> ${value} <span class="meta">(set by the host)</span></p>`;
  const name = { name: 'site-name', label: 'Name of the blog', type: 'text', autocomplete: 'off' };
  const body = html`${section(
    'Look',
    html`${fixed.siteName === undefined ? field(state, { ...name, type: 'text', max: 50 }) : hosts(name.label, fixed.siteName)}
${field(state, { name: 'tagline', label: 'Line below the name', type: 'text', autocomplete: 'off', optional: true, max: 120 })}
${radios(state, { name: 'accent', label: 'Colour of links and buttons', options: COLOURS })}`,
  )}
${section(
  'People',
  html`${
    fixed.registration === undefined
      ? select(state, { name: 'registration', label: 'Registration', options: REGISTRATIONS })
      : hosts('Registration', fixed.registration)
  }
${select(state, { name: 'readers', label: 'Readers', options: READERS, note: READERS_NOTE })}`,
)}
${section(
  'Comments',
  html`${select(state, { name: 'comments', label: 'Comments', options: COMMENTS })}
${select(state, { name: 'first-comments', label: 'A person’s first comments', options: FIRST_COMMENTS })}`,
)}
${section(
  'Pages',
  html`${textArea(state, { name: 'about', label: 'About', rows: 6, optional: true, max: ABOUT_MAX, note: 'A page about this blog, in Markdown, linked at the foot of each page. Without a text there is none.' })}
${textArea(state, { name: 'footer-links', label: 'Links at the foot of each page', rows: 3, optional: true, note: 'One a line, such as: Imprint https://example.org/imprint' })}
${field(state, { name: 'time-zone', label: 'Time zone', type: 'text', autocomplete: 'off', note: 'Such as Europe/Zurich.' })}`,
)}
<div class="actions"><button class="btn btn-primary">Save settings</button></div>`;
  return adminPage(
    page,
    'Settings',
    html`${form(state, href(page, '/admin/settings'), body)}
${logoSection(page, size, logoError)}`,
  );
}

function section(title: string, body: Child): Html {
  return html`<section class="card"><h2>${title}</h2>
${body}</section>`;
}

/** The same plain form with and without scripts. */
function logoSection(page: Page, size: string, error = ''): Html {
  const { logo } = page;
  const remove = html`<a class="btn btn-plain" href="${href(page, '/admin/settings/logo/delete')}">Remove the logo</a>`;
  return html`<section class="card" id="logo" aria-labelledby="logo-title"><h2 id="logo-title">Logo</h2>
<p>Shown at the top of each page in place of the name. Choose one that is easy to see on a light background.</p>
<form method="post" action="${href(page, '/admin/settings/logo')}" enctype="multipart/form-data">
<div class="field"><label class="form-label" for="file">Picture</label>
<input class="form-control" type="file" id="file" name="file" accept="image/jpeg,image/png,image/webp,image/gif" required aria-describedby="file-note file-error">
<p class="form-text" id="file-note">JPEG, PNG, GIF or WebP of at most ${size}.</p>
<p class="field-error" id="file-error" role="alert">${error}</p></div>
<div class="actions"><button class="btn btn-primary">${logo ? 'Change the logo' : 'Upload the logo'}</button>${logo && remove}</div>
</form></section>`;
}

/** The question before the logo is removed. */
export function removeLogoPage(page: Page): Html {
  return layout(
    page,
    askPage({
      id: 'remove-logo',
      title: 'Remove the logo?',
      text: html`<p>The name of the blog will be shown instead.</p>`,
      action: href(page, '/admin/settings/logo/delete'),
      yes: 'Remove',
      back: href(page, '/admin/settings'),
    }),
  );
}
