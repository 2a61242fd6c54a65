import { postPath } from '../posts/post.ts';
import { isoTime } from '../views/date.ts';
import { html } from '../views/html.ts';
import type { FeedSite } from './feed.ts';
import type { ListedPost } from './sitemap.store.ts';

const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';
const NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"';

type Site = Pick<FeedSite, 'publicUrl' | 'basePath'>;

/**
 * Tells crawlers where the sitemap is, and to skip the API and the login, which has an address for
 * each page.
 */
export function robots({ publicUrl, basePath }: Site): string {
  return `User-agent: *
Disallow: ${basePath}/api/
Disallow: ${basePath}/login

Sitemap: ${publicUrl}/sitemap.xml
`;
}

/** Asks crawlers to leave a blog for members alone. */
export const NO_ROBOTS = 'User-agent: *\nDisallow: /\n';

/** The index of the files of a sitemap: https://www.sitemaps.org/protocol.html. */
export function sitemapIndex({ publicUrl }: Site, files: number): string {
  const numbers = Array.from({ length: files }, (_, index) => index + 1);
  return `${HEAD}<sitemapindex ${NAMESPACE}>
${numbers.map((file) => String(html`<sitemap><loc>${publicUrl}/sitemap-${file}.xml</loc></sitemap>\n`)).join('')}</sitemapindex>
`;
}

/** One file, in pieces. */
export async function* sitemapFile(
  { publicUrl }: Site,
  batches: AsyncIterable<ListedPost[]>,
): AsyncGenerator<string> {
  yield `${HEAD}<urlset ${NAMESPACE}>\n`;
  for await (const posts of batches) {
    yield posts
      .map((post) => {
        const changed = isoTime(post.edited_at ?? post.date_posted);
        return String(
          html`<url><loc>${publicUrl + postPath(post)}</loc><lastmod>${changed}</lastmod></url>\n`,
        );
      })
      .join('');
  }
  yield '</urlset>\n';
}
