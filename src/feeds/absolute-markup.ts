import { storedMarkup } from '../views/stored-markup.ts';
import type { FeedSite } from './feed.ts';

/**
 * Stored markup for readers elsewhere: all addresses are absolute, those within the text lead to it
 * at `url`, and pictures are the JPEG that every reader shows. Its text has no bare quotes, so `="/`
 * is always an attribute.
 */
export function absoluteMarkup(
  site: Pick<FeedSite, 'publicUrl' | 'basePath' | 'mediaBase'>,
  url: string,
  markup: string,
): string {
  const { origin } = new URL(site.publicUrl);
  const plain = markup.replaceAll(/ (?:srcset|sizes)="[^"]*"/g, '');
  return String(storedMarkup(site, plain, site.mediaBase))
    .replaceAll('="/', () => `="${origin}/`)
    .replaceAll('="#', () => `="${url}#`);
}
