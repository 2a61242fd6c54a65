import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';
import { SLOTS } from './0004-post-counts.ts';

/**
 * A post that is not published is in no list and no count. The indexes of lists hold only the
 * published ones, so a list reads no more than before; the deletion of an account needs all of its
 * posts.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = (ddl: Ddl) => {
  const newest = ddl.indexesEndWithId ? 'date_posted' : 'date_posted desc, id desc';
  return [
    `alter table posts add column state ${ddl.text} not null default 'published'`,
    'drop index posts_newest',
    `create index posts_newest on posts (${newest}) where state = 'published'`,
    'drop index posts_by_user',
    `create index posts_by_user on posts (user_id, ${newest}) where state = 'published'`,
    'create index posts_of_user on posts (user_id)',
    ddl.dropTrigger('posts_added'),
    ddl.dropTrigger('posts_removed'),
    ...triggers(ddl),
  ];
};

const triggers = ({ trigger, changeTrigger }: Ddl) => [
  ...trigger({
    name: 'posts_added',
    event: 'insert',
    table: 'posts',
    when: "new.state = 'published'",
    eachRow: addOne,
    allRows: [addCounts('changed'), changeTotals('+', 'changed')],
  }),
  ...trigger({
    name: 'posts_removed',
    event: 'delete',
    table: 'posts',
    when: "old.state = 'published'",
    eachRow: removeOne,
    allRows: [
      `update post_counts set posts = post_counts.posts - gone.posts
       from (${countsOf('changed')}) as gone where post_counts.user_id = gone.user_id`,
      changeTotals('-', 'changed'),
    ],
  }),
  ...changeTrigger({
    name: 'posts_published',
    table: 'posts',
    column: 'state',
    when: "new.state = 'published' and old.state <> 'published'",
    eachRow: addOne,
  }),
  ...changeTrigger({
    name: 'posts_unpublished',
    table: 'posts',
    column: 'state',
    when: "old.state = 'published' and new.state <> 'published'",
    eachRow: removeOne,
  }),
];

const addOne = [
  `insert into post_counts (user_id, posts) values (new.user_id, 1)
   on conflict (user_id) do update set posts = post_counts.posts + 1`,
  `update post_totals set posts = posts + 1 where slot = new.user_id % ${SLOTS}`,
];

const removeOne = [
  'update post_counts set posts = posts - 1 where user_id = old.user_id',
  `update post_totals set posts = posts - 1 where slot = old.user_id % ${SLOTS}`,
];

const countsOf = (table: string) =>
  `select user_id, count(*) as posts from ${table} where state = 'published' group by user_id`;

/** Adds the published posts of a table to the counts of their authors. */
export const addCounts = (table: string) =>
  `insert into post_counts (user_id, posts) ${countsOf(table)}
   on conflict (user_id) do update set posts = post_counts.posts + excluded.posts`;

/** Adds the published posts of a table to the totals, or takes them away. */
export const changeTotals = (sign: '+' | '-', table: string) =>
  `update post_totals set posts = post_totals.posts ${sign} changes.posts
   from (
     select user_id % ${SLOTS} as slot, count(*) as posts from ${table}
     where state = 'published' group by user_id % ${SLOTS}
   ) as changes
   where post_totals.slot = changes.slot`;
