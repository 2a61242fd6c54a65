import { html, type Html } from './html.ts';

/** A page that anybody may find: its one address, and what previews of a link to it show. */
export interface Preview {
  /** the path of the page's canonical address, without what only this visit added to it */
  path: string;
  type: 'website' | 'article' | 'profile';
  title: string;
  description: string;
  /** the face beside what was written; without one the site's own mark stands there */
  picture?: { src: string; side: number; alt: string };
  /** names of The Open Graph protocol with their values, such as `article:published_time` */
  more?: Record<string, string>;
}

/** The site as previews name it. */
export interface PreviewedSite {
  siteName: string;
  /** the public address that absolute addresses begin with, without a slash at the end */
  origin: string;
}

const MARK = { src: '/static/icon-512.png', side: 512 };

/**
 * What search engines and previews read, in the terms of https://ogp.me. Crawlers have no page to
 * start from, so every address is absolute.
 */
export function previewTags({ siteName, origin }: PreviewedSite, preview: Preview): Html {
  const { title, description, type, picture } = preview;
  const address = origin + preview.path;
  const { src, side, alt } = picture ?? { ...MARK, alt: siteName };
  const graph = {
    'og:site_name': siteName,
    'og:type': type,
    'og:title': title,
    'og:description': description,
    'og:url': address,
    'og:image': src.startsWith('/') ? origin + src : src,
    'og:image:width': String(side),
    'og:image:height': String(side),
    'og:image:alt': alt,
    ...preview.more,
  };
  return html`<meta name="description" content="${description}">
<link rel="canonical" href="${address}">
${Object.entries(graph).map(([name, content]) => html`<meta property="${name}" content="${content}">`)}`;
}

/** For pages that are only for whoever is there: forms, accounts, errors. */
export const unlisted = html`<meta name="robots" content="noindex">`;
