import { MAIN, mediaUrl, SMALL } from '../../media/picture-variants.ts';
import { html, type Html } from '../html.ts';
import { initials } from './initials.ts';

/** A user whose face is shown on a page. */
export interface Person {
  id: number;
  username: string;
  picture_key: string | null;
}

interface AvatarOptions {
  /** CSS pixels */
  size: number;
  /** Base of media URLs: `/media`, or another address. */
  mediaBase: string;
  /** No username stands beside it, so it needs alt text. */
  alone?: boolean;
  /** Below the first screen: loaded when it comes near. */
  lazy?: boolean;
}

/** The user's picture in the smallest file that is sharp at this size, or their initials. */
export function avatar(person: Person, options: AvatarOptions): Html {
  const { size, mediaBase } = options;
  const label = options.alone ? `${person.username}'s profile picture` : '';
  if (person.picture_key === null) return initials(person, size, label);
  const { src, srcset } = sources(person.picture_key, mediaBase);
  const lazy = options.lazy && html` loading="lazy"`;
  return html`<img class="face" data-face="${person.id}" src="${src}" srcset="${srcset}" sizes="${size}px" width="${size}" height="${size}" alt="${label}" decoding="async"${lazy}>`;
}

function sources(key: string, mediaBase: string): { src: string; srcset: string } {
  const src = mediaUrl(mediaBase, key, MAIN);
  const small = SMALL.map((v) => `${mediaUrl(mediaBase, key, v)} ${v.size}w`);
  return { src, srcset: [...small, `${src} ${MAIN.size}w`].join(', ') };
}
