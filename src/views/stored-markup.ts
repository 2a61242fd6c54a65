import { MEDIA } from '../media/picture-variants.ts';
import { href, type BelowPath } from './href.ts';
import { html, trusted, type Html } from './html.ts';

/**
 * Stored markup of a text, with the base path added to addresses that begin with `/`, and pictures from
 * `mediaBase`, if all that it shows is public. Its text has no bare quotes, so `="/` is always an
 * attribute.
 */
export function storedMarkup(site: BelowPath, markup: string, mediaBase?: string): Html {
  const media = mediaBase ?? href(site, MEDIA);
  return trusted(withBasePath(site, withMedia(media, markup)));
}

/** Sources of pictures at another address than `/media`; no other attribute has these names. */
function withMedia(base: string, markup: string): string {
  if (base === MEDIA) return markup;
  return markup.replaceAll(SOURCES, (sources) =>
    sources
      .replaceAll(`"${MEDIA}`, () => `"${escaped(base)}`)
      .replaceAll(` ${MEDIA}`, () => ` ${escaped(base)}`),
  );
}

const SOURCES = new RegExp(' (?:src|srcset)="[^"]*"', 'g');

const escaped = (text: string) => String(html`${text}`);

/** The same as a string, with pictures from here. An address written with the base path stays unchanged: no route begins with it. */
export function withBasePath(site: BelowPath, markup: string): string {
  if (site.basePath === '') return markup;
  const own = withMedia(href(site, MEDIA), markup);
  const bare = new RegExp(`="/(?!${RegExp.escape(site.basePath.slice(1))}(?:[/?#"]))`, 'g');
  return own.replaceAll(bare, () => `="${href(site, '/')}`);
}
