import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';
import { SLOTS } from './0004-post-counts.ts';
import { indexRow } from './0017-post-index.ts';

/**
 * Posts that editors have hidden: their author and editors still read and count them, by indexes of
 * their own, so that the lists of everybody else read no more than before. The counts follow a post
 * also to another author.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = (ddl: Ddl) => {
  const { integer, text, indexesEndWithId, dropTrigger } = ddl;
  const newest = indexesEndWithId ? 'date_posted' : 'date_posted desc, id desc';
  return [
    `alter table posts add column hidden_reason ${text}`,
    `alter table posts add column hidden_with_author ${integer} not null default 0`,
    `create index posts_newest_kept on posts (${newest}) where ${isKept()}`,
    `create index posts_kept_by_user on posts (user_id, ${newest}) where ${isKept()}`,
    'create index posts_hidden_with_author on posts (user_id) where hidden_with_author = 1',
    `alter table post_counts add column hidden ${integer} not null default 0`,
    `alter table post_totals add column hidden ${integer} not null default 0`,
    ...[
      'posts_added',
      'posts_removed',
      'posts_published',
      'posts_unpublished',
      'posts_opened',
      'posts_closed',
      'post_index_unpublished',
    ].map(dropTrigger),
    ...triggers(ddl),
  ];
};

/** Of a row, `new.` or `old.`, or of a table: it is in a list of somebody. */
const isKept = (row = '') => `${row}state <> 'unpublished'`;

/** What a post adds to each count. */
const counted = (row: string) => ({
  posts: `case when ${row}state = 'published' then 1 else 0 end`,
  public: `case when ${row}state = 'published' then 1 - ${row}members_only else 0 end`,
  hidden: `case when ${row}state = 'hidden' then 1 else 0 end`,
});
const COUNTS = ['posts', 'public', 'hidden'] as const;

const triggers = ({ name, trigger, changeTrigger }: Ddl) => [
  ...trigger({
    name: 'posts_added',
    event: 'insert',
    table: 'posts',
    when: isKept('new.'),
    eachRow: change('new.', '+'),
    allRows: [addCounts('changed'), changeTotals('+', 'changed')],
  }),
  ...trigger({
    name: 'posts_removed',
    event: 'delete',
    table: 'posts',
    when: isKept('old.'),
    eachRow: change('old.', '-'),
    allRows: [
      `update post_counts
       set ${COUNTS.map((count) => `${count} = post_counts.${count} - gone.${count}`).join(', ')}
       from (${countsOf('changed')}) as gone where post_counts.user_id = gone.user_id`,
      changeTotals('-', 'changed'),
    ],
  }),
  ...changeTrigger({
    name: 'posts_changed',
    table: 'posts',
    column: 'state, members_only, user_id',
    when: `(${isKept('old.')} or ${isKept('new.')})
      and (old.state <> new.state or old.members_only <> new.members_only or old.user_id <> new.user_id)`,
    eachRow: [...change('old.', '-'), ...change('new.', '+')],
  }),
  // Hidden posts are found by those who may read them.
  ...changeTrigger({
    name: 'post_index_unpublished',
    table: 'posts',
    column: 'state',
    when: `${isKept('old.')} and not (${isKept('new.')})`,
    eachRow: [
      name === 'sqlite'
        ? `delete from post_index where rowid = ${indexRow('old')}`
        : 'delete from post_index where post_id = old.id',
    ],
  }),
];

/** Adds one row to the counts, or takes it away. */
const change = (row: 'new.' | 'old.', sign: '+' | '-') => {
  const changed = COUNTS.map((count) => `${count} = ${count} ${sign} ${counted(row)[count]}`);
  const begun = `insert into post_counts (user_id, posts, public, hidden) values (${row}user_id, 0, 0, 0)
    on conflict (user_id) do nothing`;
  return [
    ...(sign === '+' ? [begun] : []),
    `update post_counts set ${changed.join(', ')} where user_id = ${row}user_id`,
    `update post_totals set ${changed.join(', ')} where slot = ${row}user_id % ${SLOTS}`,
  ];
};

const countsOf = (table: string, by = 'user_id') =>
  `select ${by}, ${COUNTS.map((count) => `sum(${counted('')[count]}) as ${count}`).join(', ')}
   from ${table} where ${isKept()} group by ${by.replace(/ as \w+$/, '')}`;

/** Adds the posts of a table that somebody sees to the counts of their authors. */
export const addCounts = (table: string) =>
  `insert into post_counts (user_id, ${COUNTS.join(', ')}) ${countsOf(table)}
   on conflict (user_id) do update
   set ${COUNTS.map((count) => `${count} = post_counts.${count} + excluded.${count}`).join(', ')}`;

/** Adds the posts of a table that somebody sees to the totals, or takes them away. */
export const changeTotals = (sign: '+' | '-', table: string) =>
  `update post_totals
   set ${COUNTS.map((count) => `${count} = post_totals.${count} ${sign} changes.${count}`).join(', ')}
   from (${countsOf(table, `user_id % ${SLOTS} as slot`)}) as changes
   where post_totals.slot = changes.slot`;
