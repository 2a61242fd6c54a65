import type { FooterLink } from '../settings/definitions.ts';
import { href, type BelowPath } from './href.ts';
import { html, type Html } from './html.ts';

/** What the foot of a page needs. */
export interface Foot extends BelowPath {
  siteName: string;
  /** Whether the blog is for members and the viewer is not one: nothing then leads to what only members see. */
  closed?: boolean;
  /** Whether there is a page about the blog. */
  hasAbout?: boolean;
  /** Links that the group has added. */
  footerLinks?: readonly FooterLink[];
}

/** Pages for those who may read the blog. */
const READING: FooterLink[] = [
  { label: 'Tags', url: '/tags' },
  { label: 'Archive', url: '/archive' },
  { label: 'People', url: '/people' },
  { label: 'Follow', url: '/follow' },
  { label: 'API', url: '/docs' },
];

/** The foot of every page. */
export function footer(page: Foot): Html {
  const { siteName, closed = false, hasAbout = false, footerLinks = [] } = page;
  const link = ({ label, url }: FooterLink) =>
    html`<a href="${url.startsWith('/') ? href(page, url) : url}">${label}</a>`;
  const about = hasAbout ? [{ label: 'About', url: '/about' }] : [];
  return html`<footer class="bottom">${[
    { label: siteName, url: '/' },
    ...(closed ? [] : about),
    ...footerLinks,
    ...(closed ? [] : READING),
  ].map(link)}</footer>`;
}
