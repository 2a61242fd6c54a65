import { HELD_COUNTED } from '../comments/held/held.service.ts';
import { href } from '../views/href.ts';
import { attribute, html, type Child, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import type { Finding, Storage, Totals } from './overview.service.ts';

/** The pages of those who run the blog; owners see one more. */
const SECTIONS: { path: string; label: string; owners?: true }[] = [
  { path: '/admin', label: 'Overview' },
  { path: '/admin/people', label: 'People' },
  { path: '/admin/waiting', label: 'Waiting' },
  { path: '/admin/comments', label: 'Comments' },
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

/** What the blog holds. Its size and the findings of a check are for owners only. */
interface Overview extends Totals {
  storage: Storage | undefined;
  /** How many comments wait for an editor. */
  held: number;
  /** Undefined before the check. */
  findings?: Finding[] | undefined;
}

/** The first page: what waits, and what the blog holds. */
export function overviewPage(
  page: Page,
  { waiting, held, storage, findings, ...counts }: Overview,
): Html {
  const some = waiting === 1 ? '1 account waits' : `${waiting} accounts wait`;
  const facts = {
    People: counts.people.toLocaleString('en'),
    Posts: counts.posts.toLocaleString('en'),
    Pictures: counts.pictures.toLocaleString('en'),
    ...(storage && {
      Database: inMegabytes(storage.database),
      'Picture files': inMegabytes(storage.pictures),
    }),
  };
  return adminPage(
    page,
    'Admin',
    html`${waiting > 0 && html`<p class="alert alert-note"><a href="${href(page, '/admin/waiting')}">${some} for approval</a></p>`}
${held > 0 && html`<p class="alert alert-note"><a href="${href(page, '/admin/comments')}">${waitingComments(held)} for approval</a></p>`}
<dl class="facts">
${Object.entries(facts).map(([name, fact]) => html`<div><dt>${name}</dt><dd>${fact}</dd></div>`)}
</dl>
${storage && storage.unknown > 0 && html`<p class="meta">Without ${storage.unknown === 1 ? '1 older picture, whose size is' : `${storage.unknown.toLocaleString('en')} older pictures, whose sizes are`} not known.</p>`}
${storage && checkSection(page, findings)}`,
  );
}

/** How many comments wait, for the beginning of a sentence. */
export function waitingComments(count: number): string {
  if (count === 0) return 'No comment is waiting';
  if (count === 1) return '1 comment waits';
  const some = count.toLocaleString('en');
  return count < HELD_COUNTED ? `${some} comments wait` : `${some} comments or more wait`;
}

const inMegabytes = (bytes: number) =>
  `${(bytes / 1_000_000).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;

const LEVELS = { ok: 'Fine', warning: 'Warning', problem: 'Problem' };

function checkSection(page: Page, findings: Finding[] | undefined): Html {
  const found = (findings ?? []).toSorted((a, b) => rank(a) - rank(b));
  const lines = found.map(
    ({ level, text }) =>
      html`<li class="finding finding-${level}"><strong>${LEVELS[level]}</strong> ${text}</li>`,
  );
  return html`<section class="card" aria-labelledby="check-title"><h2 id="check-title">Setup</h2>
<div>${findings && html`<p role="status">${summary(findings)}</p><ul class="findings">${lines}</ul>`}
<p>The check tries the database, the store of pictures, the mail server and the public address, as the host can with <code>masthead doctor</code>. It takes a few seconds.</p>
<form method="post" action="${href(page, '/admin/check')}"><button class="btn btn-plain">${findings ? 'Check again' : 'Check the setup'}</button></form></div></section>`;
}

/** Problems come first. */
const rank = ({ level }: Finding) => ['problem', 'warning', 'ok'].indexOf(level);

function summary(findings: Finding[]): string {
  const count = (level: Finding['level'], one: string) => {
    const { length } = findings.filter((finding) => finding.level === level);
    return length === 1 ? `1 ${one}` : `${length} ${one}s`;
  };
  return `${count('problem', 'problem')}, ${count('warning', 'warning')}`;
}
