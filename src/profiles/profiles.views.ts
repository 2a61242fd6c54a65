import { avatar } from '../views/faces/avatar.ts';
import { date } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { layout, type Page } from '../views/layout.ts';
import type { Preview } from '../views/preview.ts';
import { storedMarkup } from '../views/stored-markup.ts';
import type { Writer } from './profiles.service.ts';

/** How many faces a first screen may show; those below are loaded when they come near. */
const FIRST_SCREEN = 8;

/** What a person says about themselves. `bio`: stored markup. */
export function bioView(page: Page, bio: string): Html {
  return html`<div class="prose bio">${storedMarkup(page, bio)}</div>`;
}

/** Those who have written; `next`: what the next page comes after, if there is one. */
export function writersPage(
  page: Page,
  { people, next }: { people: Writer[]; next: number | undefined },
): Html {
  return layout(
    page.path === '/people' ? { ...page, preview: preview(page) } : page,
    html`<h1>People</h1>
${people.length === 0 ? html`<p>Nobody has written here yet.</p>` : html`<ul class="writers">${people.map((one, at) => writer(page, one, at >= FIRST_SCREEN))}</ul>`}
${next !== undefined && html`<nav class="pager" aria-label="Pages"><a class="btn btn-plain" rel="next" href="${href(page, `/people?after=${next}`)}">More People</a></nav>`}`,
  );
}

const preview = ({ path, siteName }: Page): Preview => ({
  path,
  type: 'website',
  title: 'People',
  description: `Who writes on ${siteName}.`,
});

function writer(page: Page, person: Writer, lazy: boolean): Html {
  const { id, username, posts, created_at } = person;
  const count = posts === 1 ? '1 post' : `${posts.toLocaleString('en')} posts`;
  const face = avatar(person, { size: 48, mediaBase: page.mediaBase, lazy });
  return html`<li><a href="${href(page, `/users/${id}/posts`)}">${face}<bdi>${username}</bdi></a>
<p class="meta">${count}, here since ${date(created_at)}</p></li>
`;
}
