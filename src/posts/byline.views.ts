import { avatar } from '../views/faces/avatar.ts';
import { date } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import type { Page } from '../views/layout.ts';
import { minutesOf } from '../text/words.ts';
import type { PostHead } from './post.ts';

/**
 * The author with their face, the date, and how long reading so many `words` takes. `lazy`: the face
 * is loaded when it comes near.
 */
export function byline(
  page: Page,
  post: PostHead,
  { words, lazy = false }: { words: number; lazy?: boolean },
): Html {
  const person = { id: post.user_id, username: post.username, picture_key: post.picture_key };
  const face = avatar(person, { size: 40, mediaBase: page.mediaBase, lazy });
  return html`<p class="byline"><a class="author" href="${href(page, `/users/${post.user_id}/posts`)}">${face}<bdi>${post.username}</bdi></a><span class="meta">${date(post.date_posted)}${minutes(words)}</span></p>${edited(post)}`;
}

/** The same without the author, whom the page shows already. */
export function dateline(post: PostHead, words: number): Html {
  return html`<p class="dateline meta">${date(post.date_posted)}${minutes(words)}</p>${edited(post)}`;
}

const minutes = (words: number): Html =>
  html` · <span class="minutes">${minutesOf(words)} min</span>`;

/** When it was changed, for whom it is if not for everybody, and whether it is hidden. */
function edited({ edited_at, audience, state }: PostHead): Html | null {
  const facts = [
    edited_at !== null && html`edited ${date(edited_at)}`,
    audience === 'members' && 'For members only',
    state === 'hidden' && html`<strong>Hidden</strong>`,
  ].filter((fact) => fact !== false);
  if (facts.length === 0) return null;
  return html`<p class="edited meta">${facts.map((fact, n) => html`${n > 0 && ' · '}${fact}`)}</p>`;
}
