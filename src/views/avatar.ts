import { MAIN, mediaUrl, SMALL } from '../media/picture-variants.ts';
import { html, type Html } from './html.ts';
import { initials } from './initials.ts';

/** Whoever has a face on a page. */
export interface Person {
  id: number;
  username: string;
  picture_key: string | null;
}

export interface AvatarOptions {
  /** CSS pixels */
  size: number;
  /** what keys of the media store are appended to: `/media`, or an address elsewhere */
  mediaBase: string;
  /** No username stands beside it, so it needs a name of its own. */
  alone?: boolean;
  /** Below the first screen: fetched when it comes near. */
  lazy?: boolean;
}

/** A person's picture in the smallest file that is sharp at this size, or their initials. */
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
