import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';
import { SLOTS } from './0004-post-counts.ts';

/**
 * Who may read a post. What everybody may read has counts and indexes of its own, so that a list for
 * strangers reads and tells no more than it shows.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = (ddl: Ddl) => {
  const { integer, text, indexesEndWithId, dropTrigger } = ddl;
  const newest = indexesEndWithId ? 'date_posted' : 'date_posted desc, id desc';
  return [
    `alter table posts add column audience ${text} not null default 'blog'`,
    // An index that says all needs a value to compare with: SQLite reads the row for any other condition.
    `alter table posts add column members_only ${integer} not null default 0
       check (members_only = case when audience = 'members' then 1 else 0 end)`,
    `create index posts_newest_public on posts (${newest}) where ${isPublic()}`,
    `create index posts_public_by_user on posts (user_id, ${newest}) where ${isPublic()}`,
    `alter table post_counts add column public ${integer} not null default 0`,
    `alter table post_totals add column public ${integer} not null default 0`,
    'update post_counts set public = posts',
    'update post_totals set public = posts',
    ...['posts_added', 'posts_removed', 'posts_published', 'posts_unpublished'].map(dropTrigger),
    ...triggers(ddl),
  ];
};

/** Of a row, `new.` or `old.`, or of a table. */
const isPublished = (row = '') => `${row}state = 'published'`;
const isPublic = (row = '') => `${isPublished(row)} and ${row}members_only = 0`;

const triggers = ({ trigger, changeTrigger }: Ddl) => [
  ...trigger({
    name: 'posts_added',
    event: 'insert',
    table: 'posts',
    when: isPublished('new.'),
    eachRow: change('new.', '+', 1),
    allRows: [addCounts('changed'), changeTotals('+', 'changed')],
  }),
  ...trigger({
    name: 'posts_removed',
    event: 'delete',
    table: 'posts',
    when: isPublished('old.'),
    eachRow: change('old.', '-', 1),
    allRows: [
      `update post_counts
       set posts = post_counts.posts - gone.posts, public = post_counts.public - gone.public
       from (${countsOf('changed')}) as gone where post_counts.user_id = gone.user_id`,
      changeTotals('-', 'changed'),
    ],
  }),
  ...changeTrigger({
    name: 'posts_published',
    table: 'posts',
    column: 'state',
    when: `${isPublished('new.')} and not (${isPublished('old.')})`,
    eachRow: change('new.', '+', 1),
  }),
  ...changeTrigger({
    name: 'posts_unpublished',
    table: 'posts',
    column: 'state',
    when: `${isPublished('old.')} and not (${isPublished('new.')})`,
    eachRow: change('old.', '-', 1),
  }),
  ...changeTrigger({
    name: 'posts_opened',
    table: 'posts',
    column: 'members_only',
    when: `${isPublic('new.')} and ${isPublished('old.')} and not (${isPublic('old.')})`,
    eachRow: change('new.', '+', 0),
  }),
  ...changeTrigger({
    name: 'posts_closed',
    table: 'posts',
    column: 'members_only',
    when: `${isPublic('old.')} and ${isPublished('new.')} and not (${isPublic('new.')})`,
    eachRow: change('old.', '-', 0),
  }),
];

/** Changes the counts of published posts by `posts`, and those of public ones by one if the row is public. */
const change = (row: 'new.' | 'old.', sign: '+' | '-', posts: 0 | 1) => {
  const changed = `posts = posts ${sign} ${posts}, public = public ${sign} (1 - ${row}members_only)`;
  const begun = `insert into post_counts (user_id, posts, public) values (${row}user_id, 0, 0)
    on conflict (user_id) do nothing`;
  return [
    ...(sign === '+' ? [begun] : []),
    `update post_counts set ${changed} where user_id = ${row}user_id`,
    `update post_totals set ${changed} where slot = ${row}user_id % ${SLOTS}`,
  ];
};

const countsOf = (table: string, by = 'user_id') =>
  `select ${by}, count(*) as posts,
     sum(1 - members_only) as public
   from ${table} where ${isPublished()} group by ${by.replace(/ as \w+$/, '')}`;

/** Adds the published posts of a table to the counts of their authors. */
export const addCounts = (table: string) =>
  `insert into post_counts (user_id, posts, public) ${countsOf(table)}
   on conflict (user_id) do update
   set posts = post_counts.posts + excluded.posts, public = post_counts.public + excluded.public`;

/** Adds the published posts of a table to the totals, or takes them away. */
export const changeTotals = (sign: '+' | '-', table: string) =>
  `update post_totals
   set posts = post_totals.posts ${sign} changes.posts,
     public = post_totals.public ${sign} changes.public
   from (${countsOf(table, `user_id % ${SLOTS} as slot`)}) as changes
   where post_totals.slot = changes.slot`;
