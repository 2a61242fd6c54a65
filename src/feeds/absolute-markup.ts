import { storedMarkup } from '../views/stored-markup.ts';
import type { FeedSite } from './feed.ts';

/**
 * Stored markup for feed readers: all addresses are absolute, anchors lead to the text at `url`,
 * and pictures are JPEGs, which every reader can show. Its text has no bare quotes, so `="/` is
 * always an attribute.
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
