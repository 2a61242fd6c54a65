import type { ShownPost } from '../posts/post.ts';
import { tagPath } from '../tags/tag.ts';
import type { Page } from '../views/layout.ts';

/** The part of a page's context that a feed needs. */
export type FeedSite = Pick<Page, 'siteName' | 'publicUrl' | 'basePath' | 'mediaBase'>;

/** The formats of feeds: the end of their paths, their media types, and what people should know. */
export const FORMATS = {
  atom: {
    file: 'feed.atom',
    type: 'application/atom+xml',
    name: 'Atom',
    use: 'Every feed reader understands it.',
  },
  json: {
    file: 'feed.json',
    type: 'application/feed+json',
    name: 'JSON Feed',
    use: 'The same posts, for newer readers and for your own programs.',
  },
} as const;
export type FeedFormat = keyof typeof FORMATS;

/** Entries on one page of a feed. */
export const ENTRIES = 20;

/** A person whose posts a feed has. */
export interface FeedPerson {
  id: number;
  username: string;
  picture_key: string | null;
}

/** Whose posts a feed has, or which tag they have; all posts if neither is set. */
export interface FeedSubject {
  person?: FeedPerson | undefined;
  tag?: { id: number; name: string } | undefined;
}

/** One page of a feed. */
export interface Feed extends FeedSubject {
  /** of the blog, to which the ids of feeds and entries add what they are; see RFC 4151 */
  id: string;
  /** newest first */
  posts: ShownPost[];
  /** the cursor of this page; undefined for the first one */
  cursor: string | undefined;
  /** of the page with older posts, if there is one */
  next: string | undefined;
  /** For one person alone. */
  own?: OwnFeed;
}

/** A post as all feed formats need it; addresses are absolute. */
export interface Entry {
  id: string;
  url: string;
  title: string;
  html: string;
  /** ISO 8601 */
  published: string;
  updated: string;
  tags: readonly string[];
  author: { name: string; url: string; avatar?: string };
}

/** What makes a feed one person's own. */
interface OwnFeed {
  /** what it adds to the blog's id; it stays when the address changes */
  name: string;
  /** what it adds to the blog's name */
  title: string;
  /** path of its addresses, without the file */
  folder: string;
  /** path of the page for people */
  home: string;
  /** returns the feed's entries; `entries` are those of its posts as everybody gets them */
  entries: (site: FeedSite, entries: Entry[]) => Entry[];
}

/** The path of the blog's feeds, or of a person's or a tag's, without the file. */
export function feedFolder({ person, tag }: FeedSubject): string {
  if (tag) return `${tagPath(tag.name)}/`;
  return person ? `/users/${person.id}/` : '/';
}

/** The path of the page with the same posts. */
export function feedHome({ person, tag }: FeedSubject): string {
  if (tag) return tagPath(tag.name);
  return person ? `/users/${person.id}/posts` : '/';
}
