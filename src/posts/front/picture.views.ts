import { mediaUrl, POST_JPEG, POST_WEBP, sizeOf } from '../../media/picture-variants.ts';
import type { ShownPicture } from '../../text/rendered.ts';
import { href } from '../../views/href.ts';
import { html, type Html } from '../../views/html.ts';
import type { Page } from '../../views/layout.ts';
import { pictureBase } from '../picture-base.views.ts';
import { postPath, type ListedPost } from '../post.ts';

/** The smallest file of a post's picture. */
const THUMBNAIL = POST_WEBP.at(-1) ?? POST_JPEG;

/**
 * The post's first picture, a link like its title. It repeats what the title's link does, so screen
 * readers and the keyboard skip it. `lead`: as wide as the column.
 */
export function postPicture(
  page: Page,
  post: ListedPost,
  { lead, lazy }: { lead: boolean; lazy: boolean },
): Html | null {
  const { picture } = post;
  if (!picture) return null;
  const { width, height } = sizeOf(picture, THUMBNAIL);
  const base = pictureBase(page, post);
  const src = mediaUrl(base, picture.key, THUMBNAIL);
  const wide =
    lead && html` srcset="${sources(base, picture)}" sizes="(min-width: 62rem) 34rem, 100vw"`;
  return html`<a class="thumbnail" href="${href(page, postPath(post))}" tabindex="-1" aria-hidden="true"><img src="${src}"${wide} width="${width}" height="${height}" alt=""${lead && !lazy && html` fetchpriority="high"`}${lazy && html` loading="lazy"`} decoding="async"></a>
`;
}

/** Files that differ in width, the narrowest first, each with its own width. */
function sources(mediaBase: string, picture: ShownPicture): string {
  const byWidth = new Map<number, string>();
  for (const variant of POST_WEBP.toReversed()) {
    const { width } = sizeOf(picture, variant);
    if (!byWidth.has(width)) byWidth.set(width, mediaUrl(mediaBase, picture.key, variant));
  }
  return [...byWidth].map(([width, url]) => `${url} ${width}w`).join(', ');
}
