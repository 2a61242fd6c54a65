import { href, type BelowPath } from './href.ts';
import { html, trusted, type Html } from './html.ts';

/** A public page: its canonical address, and what previews of a link to it show. */
export interface Preview {
  /** Path of the canonical address below FRONTEND_URL, without what only this visit added to it. */
  path: string;
  type: 'website' | 'article' | 'profile';
  title: string;
  description: string;
  /** Without one the site's icon is shown. */
  picture?: { src: string; width: number; height: number; alt: string };
  /** The same for programs, in the terms of https://schema.org. */
  data?: object;
  /** Open Graph properties with their values, such as `article:published_time`. */
  more?: Record<string, string>;
}

/** The site as link previews name it. */
interface PreviewedSite extends BelowPath {
  siteName: string;
  /** FRONTEND_URL, without a slash at the end; absolute URLs start with it. */
  publicUrl: string;
}

/**
 * The tags that search engines and link previews read, as defined by https://ogp.me. All URLs are
 * absolute, as these readers require.
 */
export function previewTags(site: PreviewedSite, preview: Preview): Html {
  const { siteName, publicUrl } = site;
  const { title, description, type, picture } = preview;
  const address = publicUrl + preview.path;
  const { src, width, height, alt } = picture ?? {
    src: href(site, '/static/icon-512.png'),
    width: 512,
    height: 512,
    alt: siteName,
  };
  const graph = {
    'og:site_name': siteName,
    'og:type': type,
    'og:title': title,
    'og:description': description,
    'og:url': address,
    'og:image': new URL(src, publicUrl).href,
    'og:image:width': String(width),
    'og:image:height': String(height),
    'og:image:alt': alt,
    ...preview.more,
  };
  return html`<meta name="description" content="${description}">
<link rel="canonical" href="${address}">
${Object.entries(graph).map(([name, content]) => html`<meta property="${name}" content="${content}">`)}${preview.data && dataBlock(preview.data)}`;
}

/** JSON-LD. Browsers do not run this type of script, so the CSP allows it. */
function dataBlock(data: object): Html {
  const json = JSON.stringify({ '@context': 'https://schema.org', ...data });
  return trusted(
    `\n<script type="application/ld+json">${json.replaceAll('<', '\\u003c')}</script>`,
  );
}

/** For pages that nobody should find by searching: forms, accounts, errors. */
export const unlisted = html`<meta name="robots" content="noindex">`;
