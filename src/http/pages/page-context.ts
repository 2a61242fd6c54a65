import type { FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import { LOGO, mediaUrl } from '../../media/picture-variants.ts';
import type { Site } from '../../settings/site.ts';
import { href } from '../../views/href.ts';
import type { Assets } from '../../views/assets.ts';
import type { FeedLink, Page, SignedIn } from '../../views/layout.ts';
import { shownMessage, withoutDone } from './done-messages.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether the viewer has drafts. */
    hasDrafts: boolean;
    /** How many notices the viewer has not read, to a limit. */
    unreadNotices: number;
  }
}

/** Returns what the layout of every page needs. */
export type PageContext = (request: FastifyRequest, title: string) => Page;

/** What a page offers to its viewer, according to `can`. */
type Offers = (viewer: SignedIn | null) => Pick<Page, 'closed' | 'mayWrite' | 'mayModerate'>;

/** Returns the function that collects what a request's page shows around its content. */
export function createPageContext(
  config: Config,
  assets: Assets,
  {
    mailEnabled,
    offers,
    site,
    feeds,
  }: {
    mailEnabled: boolean;
    offers: Offers;
    site: () => Site;
    feeds: (siteName: string, path: string, title: string) => FeedLink[];
  },
): PageContext {
  return (request, title) => {
    const { done } = request.query as { done?: string };
    const { name, tagline, links, registration, hasAbout, accent, logo } = site();
    const mediaBase = config.MEDIA_BASE_URL ?? href(config, '/media');
    return {
      siteName: name,
      tagline,
      footerLinks: links,
      hasAbout,
      accent,
      logo: logo && { ...logo, src: mediaUrl(mediaBase, logo.key, LOGO) },
      feeds: feeds(name, request.url, title),
      title,
      viewer: request.viewer,
      ...offers(request.viewer),
      hasDrafts: request.hasDrafts,
      unreadNotices: request.unreadNotices,
      resetLinkAt: request.viewer?.reset_link_at,
      ...shownMessage(request, done),
      path: withoutDone(request.url),
      assets,
      basePath: config.basePath,
      publicUrl: config.FRONTEND_URL,
      registrationOpen: registration === 'open' || registration === 'approval',
      mailEnabled,
      mediaBase,
    };
  };
}
