import { isStorable } from '../unicode/storable.ts';
import { isBlank } from '../unicode/visible.ts';

/** What a setting accepts, and what it means. */
export interface Setting {
  /** the value while nothing is set */
  default: string;
  /** for the error, and for people who look a setting up */
  accepts: string;
  /** The value as it is stored, or undefined if it is not valid. */
  read: (given: string) => string | undefined;
  /** Why this blog cannot have the value; undefined if it can. */
  refuse?: (value: string, config: Hosted) => string | undefined;
  /** What somebody who sets this value should know; undefined if there is nothing. */
  note?: (value: string) => string | undefined;
}

/** Who can register: everybody; everybody, after approval; people with an invitation; or nobody. */
const REGISTRATIONS = ['open', 'approval', 'invite', 'closed'] as const;
export type Registration = (typeof REGISTRATIONS)[number];

/** The colours of links and buttons; the style sheet has each of them for both themes. */
export const ACCENTS = ['oxblood', 'forest', 'teal', 'sea', 'plum', 'ochre'] as const;
export type Accent = (typeof ACCENTS)[number];

/** Code points of the page about the blog. */
export const ABOUT_MAX = 10_000;

/** A link in the footer; `url`: a whole address, or a path of this blog without its base path. */
export interface FooterLink {
  label: string;
  url: string;
}

/** The part of the configuration that settings depend on. */
export interface Hosted {
  MEDIA_BASE_URL?: string | undefined;
}

export const MEDIA_IN_PUBLIC =
  'A blog for members only cannot have MEDIA_BASE_URL, where everybody may fetch its pictures.';

/** What a blog for members can promise, and what not. */
export const READERS_NOTE =
  'For members only, everybody else is sent to the login page. Whoever has a copy of something keeps it. Caches forget pictures of posts within an hour; faces that were fetched before may stay in them for a year. While registration is open, everybody can become a member.';

/** What a group may change while the blog runs, and what each setting accepts. */
export const SETTINGS = {
  'time-zone': {
    default: 'UTC',
    accepts: 'the name of a time zone, such as Europe/Zurich',
    read: readTimeZone,
  },
  'site-name': {
    default: 'Masthead',
    accepts: 'a name of at most 50 characters',
    read: readLine(50),
  },
  tagline: {
    default: '',
    accepts: 'a line of at most 120 characters',
    read: readLine(120),
  },
  about: {
    default: '',
    accepts: `a text in Markdown of at most ${ABOUT_MAX.toLocaleString('en')} characters`,
    read: readText(ABOUT_MAX),
  },
  accent: {
    default: 'oxblood',
    accepts: ACCENTS.join(', '),
    read: (given) => ACCENTS.find((name) => name === given.toLowerCase()),
  },
  registration: {
    default: 'open',
    accepts: 'open, approval, invite or closed',
    read: (given) => REGISTRATIONS.find((name) => name === given.toLowerCase()),
  },
  'footer-links': {
    default: '',
    accepts:
      'at most 6 lines, each with a label, a space and an address that begins with https://, http://, mailto: or /',
    read: (given) => {
      const lines = given.split(/\r?\n/).filter((line) => line.trim() !== '');
      const links = lines.map(readLink);
      return links.length <= 6 && links.every((link) => link !== undefined)
        ? links.map(({ label, url }) => `${label} ${url}`).join('\n')
        : undefined;
    },
  },
  readers: {
    default: 'everyone',
    accepts: '`everyone` or `members`',
    read: (given) => (['everyone', 'members'].includes(given) ? given : undefined),
    refuse: (value, { MEDIA_BASE_URL: base }) =>
      value === 'members' && base !== undefined ? MEDIA_IN_PUBLIC : undefined,
    note: (value) => (value === 'members' ? READERS_NOTE : undefined),
  },
  comments: {
    default: 'on',
    accepts: '`on` or `off`',
    read: (given) => (['on', 'off'].includes(given) ? given : undefined),
  },
  'first-comments': {
    default: 'shown',
    accepts: '`shown` or `held`, until an editor has seen them',
    read: (given) => (['shown', 'held'].includes(given) ? given : undefined),
  },
} satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** What each setting is while nothing is set. */
export const DEFAULTS = Object.fromEntries(
  SETTING_NAMES.map((name) => [name, SETTINGS[name].default]),
) as Record<SettingName, string>;

/** Whether there is a setting of this name. */
export function isSetting(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** A line of the setting `footer-links`; undefined if it is not valid. */
export function readLink(line: string): FooterLink | undefined {
  const [, label, url] = /^\s*(\S.{0,39}?)\s+(\S{1,300})\s*$/u.exec(line) ?? [];
  if (label === undefined || url === undefined || !isVisible(label)) return undefined;
  if (!isStorable(line)) return undefined;
  // No script, and no `//host`, which would be another site.
  const path = /^\/(?![/\\])/.test(url);
  const whole = /^(?:https?:\/\/|mailto:)/i.test(url) && URL.canParse(url);
  return path || whole ? { label, url } : undefined;
}

function readLine(most: number) {
  return (given: string): string | undefined => {
    const line = given.trim();
    return Array.from(line).length <= most && isVisible(line) && !/\p{Cc}/u.test(line)
      ? line
      : undefined;
  };
}

function readText(most: number) {
  return (given: string): string | undefined => {
    const text = given.replaceAll('\r\n', '\n');
    return Array.from(text).length <= most && isStorable(text) ? text : undefined;
  };
}

const isVisible = (text: string) => !isBlank(text);

function readTimeZone(given: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}
