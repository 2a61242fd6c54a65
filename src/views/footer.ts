import type { FooterLink } from '../settings/settings.ts';
import { href, type BelowPath } from './href.ts';
import { html, type Html } from './html.ts';

/** What the foot of a page needs. */
export interface Foot extends BelowPath {
  siteName: string;
  /** Whether there is a page about the blog. */
  hasAbout?: boolean;
  /** What the group has added. */
  footerLinks?: readonly FooterLink[];
}

/** The foot of every page. */
export function footer(page: Foot): Html {
  const { siteName, hasAbout = false, footerLinks = [] } = page;
  const link = ({ label, url }: FooterLink) =>
    html`<a href="${url.startsWith('/') ? href(page, url) : url}">${label}</a>`;
  const about = hasAbout ? [{ label: 'About', url: '/about' }] : [];
  return html`<footer class="bottom">${[
    { label: siteName, url: '/' },
    ...about,
    ...footerLinks,
    { label: 'Tags', url: '/tags' },
    { label: 'Archive', url: '/archive' },
    { label: 'People', url: '/people' },
    { label: 'Follow', url: '/follow' },
    { label: 'API', url: '/docs' },
  ].map(link)}</footer>`;
}
