import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/**
 * Tags, which posts have them, and the names they had before. What decides whether a post is in a
 * list is copied to its tags, so that a list of a tag is one range of an index. Triggers keep the
 * copies, and the counts: whoever writes or deletes posts, nothing has to be counted for a page.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ id, integer, text, options, keyedOptions, trigger, changeTrigger }: Ddl) => [
  `create table tags (
    id ${id},
    name ${text} not null,
    key ${text} not null unique
  ) ${options}`,
  `create table tag_counts (
    tag_id ${integer} primary key references tags (id) on delete cascade,
    posts ${integer} not null,
    public ${integer} not null
  ) ${options}`,
  'create index tag_counts_most on tag_counts (posts desc)',
  'create index tag_counts_most_public on tag_counts (public desc)',
  `create table tag_redirects (
    key ${text} primary key,
    tag_id ${integer} not null references tags (id) on delete cascade
  ) ${keyedOptions}`,
  'create index tag_redirects_by_tag on tag_redirects (tag_id)',
  `create table tag_merges (
    merged_id ${integer} primary key,
    tag_id ${integer} not null references tags (id) on delete cascade
  ) ${options}`,
  'create index tag_merges_by_tag on tag_merges (tag_id)',
  `create table post_tags (
    post_id ${integer} not null references posts (id) on delete cascade,
    tag_id ${integer} not null references tags (id) on delete cascade,
    place ${integer} not null,
    date_posted ${integer} not null,
    state ${text} not null,
    members_only ${integer} not null,
    primary key (post_id, tag_id)
  ) ${keyedOptions}`,
  'create index post_tags_by_tag on post_tags (tag_id)',
  `create index post_tags_newest on post_tags (${NEWEST}) where ${isPublished()}`,
  `create index post_tags_newest_public on post_tags (${NEWEST})
   where ${isPublished()} and members_only = 0`,

  ...trigger({
    name: 'post_tags_added',
    event: 'insert',
    table: 'post_tags',
    when: isPublished('new.'),
    eachRow: [begun('new.'), change('+', one('new.'))],
    allRows: [
      `insert into tag_counts (tag_id, posts, public) ${countsOf('changed')} order by tag_id
       on conflict (tag_id) do update
       set posts = tag_counts.posts + excluded.posts, public = tag_counts.public + excluded.public`,
    ],
  }),
  ...trigger({
    name: 'post_tags_removed',
    event: 'delete',
    table: 'post_tags',
    when: isPublished('old.'),
    eachRow: [change('-', one('old.'))],
    allRows: [change('-', countsOf('changed'))],
  }),
  ...changeTrigger({
    name: 'post_tags_changed',
    table: 'post_tags',
    column: 'state, members_only',
    when: CHANGED,
    eachRow: [begun('new.'), change('-', one('old.')), change('+', one('new.'))],
  }),
  // PostgreSQL runs the triggers of posts by name, so the counts of tags are changed last, as when a post is added.
  ...changeTrigger({
    name: 'posts_visible_in_tags',
    table: 'posts',
    column: 'state, members_only',
    when: CHANGED,
    eachRow: [
      `update post_tags set state = new.state, members_only = new.members_only
       where post_id = new.id`,
    ],
  }),
];

const NEWEST = 'tag_id, date_posted desc, post_id desc';
export const CHANGED = 'old.state <> new.state or old.members_only <> new.members_only';

/** Of a row, `new.` or `old.`, or of a table. */
const isPublished = (row = '') => `${row}state = 'published'`;

const begun = (row: 'new.') =>
  `insert into tag_counts (tag_id, posts, public) values (${row}tag_id, 0, 0)
   on conflict (tag_id) do nothing`;

/** What one row counts for its tag. */
const one = (row: 'new.' | 'old.') =>
  `select ${row}tag_id as tag_id, 1 as posts, 1 - ${row}members_only as public
   where ${isPublished(row)}`;

export const countsOf = (table: string) =>
  `select tag_id, count(*) as posts, sum(1 - members_only) as public
   from ${table} where ${isPublished()} group by tag_id`;

/** Adds counts to those of their tags, or takes them away. */
export const change = (sign: '+' | '-', counts: string) =>
  `update tag_counts
   set posts = tag_counts.posts ${sign} counts.posts,
     public = tag_counts.public ${sign} counts.public
   from (${counts}) as counts where tag_counts.tag_id = counts.tag_id`;
