import { href, type BelowPath } from './href.ts';
import { trusted, type Html } from './html.ts';

/**
 * Stored markup of a text, with the base path added to addresses that begin with `/`. Its text has
 * no bare quotes, so `="/` is always an attribute.
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
