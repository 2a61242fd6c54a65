import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';
import { change, CHANGED, countsOf } from './0026-tags.ts';

/**
 * A transaction that changes the counts of several tags locks them in the order of their ids, so that
 * no two wait for each other. Adding a post did so before. In SQLite only one writes at a time.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  if (ddl.name === 'sqlite') return;
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ dropTrigger, trigger, changeTrigger }: Ddl) => [
  dropTrigger('post_tags_removed'),
  dropTrigger('posts_visible_in_tags'),
  ...trigger({
    name: 'post_tags_removed',
    event: 'delete',
    table: 'post_tags',
    eachRow: [],
    allRows: [lock('select tag_id from changed'), change('-', countsOf('changed'))],
  }),
  ...changeTrigger({
    name: 'posts_visible_in_tags',
    table: 'posts',
    column: 'state, members_only',
    when: CHANGED,
    eachRow: [
      lock('select tag_id from post_tags where post_id = new.id'),
      `update post_tags set state = new.state, members_only = new.members_only
       where post_id = new.id`,
    ],
  }),
];

const lock = (tags: string) =>
  `perform from tag_counts where tag_id in (${tags}) order by tag_id for no key update`;
