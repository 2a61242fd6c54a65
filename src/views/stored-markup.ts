import { href, type BelowPath } from './href.ts';
import { trusted, type Html } from './html.ts';

/**
 * Markup of a text as it was rendered and stored, with the path in front of the blog in the addresses that begin with
 * `/`. Text has no bare quotes in it, so that `="/` is always an attribute.
 */
export function storedMarkup(site: BelowPath, markup: string): Html {
  return trusted(withBasePath(site, markup));
}

/** The same as a string. An address written with the base path stays unchanged: no route begins with it. */
export function withBasePath(site: BelowPath, markup: string): string {
  if (site.basePath === '') return markup;
  const bare = new RegExp(`="/(?!${RegExp.escape(site.basePath.slice(1))}(?:[/?#"]))`, 'g');
  return markup.replaceAll(bare, () => `="${href(site, '/')}`);
}
