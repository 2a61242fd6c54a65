import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/**
 * The total is kept in so many rows, whose sum it is: PostgreSQL lets one transaction at a time change a row, and so
 * many may commit at once.
 */
export const SLOTS = 16;

/**
 * How many posts there are, of each person who has written and of all, kept instead of counted for each page.
 * Triggers keep it, so that whatever writes or deletes posts is counted: a cascade, an import, an older node, the
 * host by hand. They change a person's row before a slot, and what fires them does nothing after it, so that no
 * two wait for each other.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ integer, options, trigger }: Ddl) => [
  `create table post_counts (
    user_id ${integer} primary key references users (id) on delete cascade,
    posts ${integer} not null
  ) ${options}`,
  `create table post_totals (
    slot ${integer} primary key,
    posts ${integer} not null
  ) ${options}`,

  // Before the first count: from then on PostgreSQL lets nobody else write posts until all this is committed.
  ...trigger({
    name: 'posts_added',
    event: 'insert',
    table: 'posts',
    eachRow: [
      `insert into post_counts values (new.user_id, 1)
       on conflict (user_id) do update set posts = posts + 1`,
      `update post_totals set posts = posts + 1 where slot = new.user_id % ${SLOTS}`,
    ],
    allRows: [addCounts('changed'), changeTotals('+', 'changed')],
  }),
  ...trigger({
    name: 'posts_removed',
    event: 'delete',
    table: 'posts',
    eachRow: [
      'update post_counts set posts = posts - 1 where user_id = old.user_id',
      `update post_totals set posts = posts - 1 where slot = old.user_id % ${SLOTS}`,
    ],
    allRows: [
      `update post_counts set posts = post_counts.posts - gone.posts
       from (select user_id, count(*) as posts from changed group by user_id) as gone
       where post_counts.user_id = gone.user_id`,
      changeTotals('-', 'changed'),
    ],
  }),

  ...Array.from({ length: SLOTS }, (_, slot) => `insert into post_totals values (${slot}, 0)`),
  addCounts('posts'),
  changeTotals('+', 'posts'),
];

/** Adds the posts of a table to the counts of their authors. */
export const addCounts = (table: string) =>
  `insert into post_counts (user_id, posts)
   select user_id, count(*) from ${table} group by user_id
   on conflict (user_id) do update set posts = post_counts.posts + excluded.posts`;

/** Adds the posts of a table to the totals, or takes them away. */
export const changeTotals = (sign: '+' | '-', table: string) =>
  `update post_totals set posts = post_totals.posts ${sign} changes.posts
   from (
     select user_id % ${SLOTS} as slot, count(*) as posts from ${table} group by user_id % ${SLOTS}
   ) as changes
   where post_totals.slot = changes.slot`;
