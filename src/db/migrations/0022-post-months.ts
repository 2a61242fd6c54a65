import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';
import { SLOTS } from './0004-post-counts.ts';

/**
 * How many posts each month has, kept like the other counts: published ones, and of these the public
 * ones. PostgreSQL runs these triggers after those that change the totals, because their names come
 * later; so whoever changes a month has that slot of the totals already, and no two wait for each other.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = (ddl: Ddl) => [
  `create table post_months (
    month ${ddl.integer} not null,
    slot ${ddl.integer} not null,
    posts ${ddl.integer} not null,
    public ${ddl.integer} not null,
    primary key (month, slot)
  ) ${ddl.keyedOptions}`,
  ...triggers(ddl),
  changeMonths(ddl.name, '+', 'posts'),
];

const isPublished = (row = '') => `${row}state = 'published'`;
const isPublic = (row = '') => `${isPublished(row)} and ${row}members_only = 0`;

const triggers = ({ name, trigger, changeTrigger }: Ddl) => {
  const change = (row: 'new.' | 'old.', sign: '+' | '-', posts: 0 | 1) => [
    `insert into post_months (month, slot, posts, public)
     values (${monthOf(name, `${row}date_posted`)}, ${row}user_id % ${SLOTS}, ${sign}${posts}, ${sign}(1 - ${row}members_only))
     on conflict (month, slot) do update
     set posts = post_months.posts + excluded.posts, public = post_months.public + excluded.public`,
  ];
  return [
    ...trigger({
      name: 'posts_added_months',
      event: 'insert',
      table: 'posts',
      when: isPublished('new.'),
      eachRow: change('new.', '+', 1),
      allRows: [changeMonths(name, '+', 'changed')],
    }),
    ...trigger({
      name: 'posts_removed_months',
      event: 'delete',
      table: 'posts',
      when: isPublished('old.'),
      eachRow: change('old.', '-', 1),
      allRows: [changeMonths(name, '-', 'changed')],
    }),
    ...changeTrigger({
      name: 'posts_published_months',
      table: 'posts',
      column: 'state',
      when: `${isPublished('new.')} and not (${isPublished('old.')})`,
      eachRow: change('new.', '+', 1),
    }),
    ...changeTrigger({
      name: 'posts_unpublished_months',
      table: 'posts',
      column: 'state',
      when: `${isPublished('old.')} and not (${isPublished('new.')})`,
      eachRow: change('old.', '-', 1),
    }),
    ...changeTrigger({
      name: 'posts_opened_months',
      table: 'posts',
      column: 'members_only',
      when: `${isPublic('new.')} and ${isPublished('old.')} and not (${isPublic('old.')})`,
      eachRow: change('new.', '+', 0),
    }),
    ...changeTrigger({
      name: 'posts_closed_months',
      table: 'posts',
      column: 'members_only',
      when: `${isPublic('old.')} and ${isPublished('new.')} and not (${isPublic('new.')})`,
      eachRow: change('old.', '-', 0),
    }),
  ];
};

/** Adds the published posts of a table to the counts of their months, or takes them away. */
export const changeMonths = (database: Ddl['name'], sign: '+' | '-', table: string) =>
  `insert into post_months (month, slot, posts, public)
   select ${monthOf(database, 'date_posted')} as month, user_id % ${SLOTS} as slot,
     ${sign}count(*), ${sign}sum(1 - members_only)
   from ${table} where ${isPublished()} group by 1, 2
   on conflict (month, slot) do update
   set posts = post_months.posts + excluded.posts, public = post_months.public + excluded.public`;

/** The first and the last second of the years 1 to 9999. */
const [FIRST, LAST] = [-62_135_596_800, 253_402_300_799];

/** The month of a time, as 202603; 0 outside of the years 1 to 9999. */
const monthOf = (database: Ddl['name'], time: string) => {
  const second = `((case when ${time} < 0 then ${time} - 999999 else ${time} end) / 1000000)`;
  const month =
    database === 'sqlite'
      ? `strftime('%Y%m', ${second}, 'unixepoch')`
      : `to_char(to_timestamp(${second}) at time zone 'UTC', 'YYYYMM')`;
  return `case when ${second} between ${FIRST} and ${LAST} then cast(${month} as bigint) else 0 end`;
};
