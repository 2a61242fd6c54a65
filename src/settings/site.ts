import type { Config } from '../config.ts';
import type { Database, OpenDatabase } from '../db/database.ts';
import { isBlank } from '../unicode/visible.ts';
import { type Accent, type FooterLink, readLink, type Registration } from './definitions.ts';
import { allSettings } from './settings.ts';
import { findLogo, type SitePicture } from './site-pictures.store.ts';

/** The settings that pages and routes need. Values from the environment override settings. */
export interface Site {
  name: string;
  tagline: string;
  registration: Registration;
  links: FooterLink[];
  /** whether there is a page about the blog */
  hasAbout: boolean;
  accent: Accent;
  logo: SitePicture | undefined;
  /** whether only members may read the blog */
  membersOnly: boolean;
  /** whether posts show comments and take them */
  hasComments: boolean;
}

/** The settings as they are now, from the database. */
export async function readSite({ db, config }: { db: Database; config: Config }): Promise<Site> {
  const set = await allSettings({ db });
  return {
    name: config.given.has('SITE_NAME') ? config.SITE_NAME : set['site-name'],
    tagline: set.tagline,
    registration: config.given.has('REGISTRATION')
      ? config.REGISTRATION
      : (set.registration as Registration),
    links: set['footer-links'].split('\n').flatMap((line) => readLink(line) ?? []),
    hasAbout: !isBlank(set.about),
    accent: set.accent as Accent,
    logo: await findLogo(db),
    membersOnly: set.readers === 'members',
    hasComments: set.comments === 'on',
  };
}

/** The settings in memory, for pages, which cannot wait for them. */
interface SiteCache {
  /** The settings at the last `refresh`. */
  current: () => Site;
  /** Reads the settings again if any content has changed since; most calls only compare two numbers. */
  refresh: () => Promise<void> | undefined;
}

/** Reads the settings and keeps them in memory. */
export async function createSiteCache(ctx: {
  db: OpenDatabase;
  config: Config;
}): Promise<SiteCache> {
  let known: { content: number | undefined; site: Site } = {
    content: undefined,
    site: await readSite(ctx),
  };
  const load = async (content: number | undefined) => {
    if (content === undefined || content === known.content) return;
    known = { content, site: await readSite(ctx) };
  };
  return {
    current: () => known.site,
    refresh() {
      const versions = ctx.db.dataVersion.recent();
      if (versions instanceof Promise) return versions.then((now) => load(now?.content));
      const content = versions?.content;
      return content === undefined || content === known.content ? undefined : load(content);
    },
  };
}
