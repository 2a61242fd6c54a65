import { href } from '../views/href.ts';
import { attribute, html, type Child, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';

/** The pages of those who run the blog; owners see one more. */
const SECTIONS: { path: string; label: string; owners?: true }[] = [
  { path: '/admin', label: 'Overview' },
  { path: '/admin/people', label: 'People' },
  { path: '/admin/waiting', label: 'Waiting' },
  { path: '/admin/reports', label: 'Reports' },
  { path: '/admin/invitations', label: 'Invitations' },
  { path: '/admin/log', label: 'Log' },
  { path: '/admin/settings', label: 'Settings', owners: true },
];

/** A page below `/admin`, with the ways to the others. */
export function adminPage(page: Page, title: string, body: Child): Html {
  const shown = page.path.replace(/\?.*/s, '');
  const links = SECTIONS.filter(({ owners }) => !owners || page.viewer?.role === 'owner').map(
    ({ path, label }) => {
      const here = path === shown || (label === 'People' && shown.startsWith(`${path}/`));
      return html`<li><a href="${href(page, path)}"${attribute('aria-current', here ? 'page' : undefined)}>${label}</a></li>`;
    },
  );
  return layout(
    page,
    html`<div class="admin">
${page.mayModerate && html`<nav class="sections" aria-label="Admin"><ul>${links}</ul></nav>`}
<h1 tabindex="-1">${title}</h1>
${body}
</div>`,
  );
}

/** What the blog holds. */
export interface Overview {
  people: number;
  waiting: number;
  posts: number;
  pictures: number;
  /** of the database */
  bytes: number;
}

/** The first page: what waits, and what the blog holds. */
export function overviewPage(page: Page, { waiting, bytes, ...counts }: Overview): Html {
  const some = waiting === 1 ? '1 account waits' : `${waiting} accounts wait`;
  return adminPage(
    page,
    'Admin',
    html`${waiting > 0 && html`<p class="alert alert-note"><a href="${href(page, '/admin/waiting')}">${some} for approval</a></p>`}
<dl class="facts">
${Object.entries({ People: counts.people, Posts: counts.posts, Pictures: counts.pictures }).map(([name, count]) => html`<div><dt>${name}</dt><dd>${count.toLocaleString('en')}</dd></div>`)}
<div><dt>Database</dt><dd>${(bytes / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })} MB</dd></div>
</dl>
<p>The host of this blog can run <code>masthead doctor</code> to check its whole setup.</p>`,
  );
}
