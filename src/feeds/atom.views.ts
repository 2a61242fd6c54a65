import { isoTime } from '../views/date.ts';
import { href } from '../views/href.ts';
import { html, type Html } from '../views/html.ts';
import { addressesOf, authorOf, entriesOf, titleOf } from './entries.ts';
import type { Entry, Feed, FeedSite } from './feed.ts';

/** A feed as Atom (RFC 4287), paged as RFC 5005 has it. */
export function atomFeed(site: FeedSite, feed: Feed): string {
  const entries = entriesOf(site, feed);
  const { first, self, next, home } = addressesOf(site, feed, 'atom');
  const icon = new URL(href(site, '/static/icon-512.png'), site.publicUrl).href;
  const document = html`<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
<id>${feed.id}/${nameOf(feed)}</id>
<title>${titleOf(site, feed)}</title>
<updated>${updatedOf(feed, entries)}</updated>
<link rel="self" type="application/atom+xml" href="${self}"/>
<link rel="alternate" type="text/html" href="${home}"/>
<link rel="first" type="application/atom+xml" href="${first}"/>
${next !== undefined && html`<link rel="next" type="application/atom+xml" href="${next}"/>\n`}${feed.person && author(authorOf(site, feed.person))}
<icon>${icon}</icon>
<generator>Masthead</generator>
${entries.map(entry)}
</feed>
`;
  return withoutForbidden(String(document));
}

/** What a feed adds to the blog's id; a tag keeps it when it is renamed. */
function nameOf({ person, tag, own }: Feed): string {
  if (own) return own.name;
  if (tag) return `tag/${tag.id}`;
  return person ? `user/${person.id}` : 'posts';
}

function entry({
  id,
  url,
  title,
  html: markup,
  published,
  updated,
  tags,
  author: by,
}: Entry): Html {
  return html`<entry>
<id>${id}</id>
<title>${title}</title>
<link rel="alternate" type="text/html" href="${url}"/>
<published>${published}</published>
<updated>${updated}</updated>
${author(by)}
${tags.map((tag) => html`<category term="${tag}"/>\n`)}<content type="html">${markup}</content>
</entry>
`;
}

const author = ({ name, url }: Entry['author']): Html =>
  html`<author><name>${name}</name><uri>${url}</uri></author>`;

/** The time of the newest change on this page; for an empty feed, when the feed id was created. */
function updatedOf({ id }: Feed, entries: Entry[]): string {
  const newest = entries
    .map(({ updated }) => updated)
    .toSorted()
    .at(-1);
  const [, day = ''] = /,([\d-]+):/.exec(id) ?? [];
  return newest ?? isoTime(Date.parse(day) * 1000);
}

/** Characters that XML 1.0 does not allow (section 2.2); titles and texts may hold any. */
const FORBIDDEN = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;

function withoutForbidden(text: string): string {
  return text.replaceAll(FORBIDDEN, '');
}
