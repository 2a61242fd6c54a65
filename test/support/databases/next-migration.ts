/**
 * Preloaded into a process, turns it into a Masthead with one more migration, and with the rules and archive
 * entries for its tables. The new columns need none.
 */
import { type Kysely, sql } from 'kysely';
import { TABLES, type TablePlan } from '../../../src/archive/tables.ts';
import { RULES } from '../../../src/db/data-version-rules.ts';
import type { Ddl } from '../../../src/db/ddl.ts';
import { MIGRATIONS } from '../../../src/db/migrate.ts';
import { storeKeys } from '../../../src/media/picture-variants.ts';

const statements = ({ id, integer, text, options, keyedOptions, trigger }: Ddl) => [
  `alter table posts add column next_language ${text} not null default 'en'`,
  `alter table posts add column next_words ${integer} not null default 0`,
  `alter table users add column next_inviter ${integer}`,
  `update posts set next_language = 'zh' where title like '  %'`,
  'update users set created_at = 0 where id = 3',
  // Its ids count upwards, the migration fills it, and a row may have a picture.
  `create table next_albums (
    id ${id},
    post_id ${integer} not null references posts (id) on delete cascade,
    title ${text} not null,
    picture_key ${text}
  ) ${options}`,
  `insert into next_albums (post_id, title) select id, 'Of ' || title from posts order by id`,
  // Every row has a picture.
  `create table next_photos (
    key ${text} primary key,
    album_id ${integer} not null references next_albums (id) on delete cascade
  ) ${options}`,
  `create table next_marks (
    user_id ${integer} not null references users (id) on delete cascade,
    post_id ${integer} not null references posts (id) on delete cascade,
    at ${integer},
    primary key (user_id, post_id)
  ) ${keyedOptions}`,
  // The migration inserts a row that people change.
  `create table next_settings (name ${text} primary key, value ${text} not null) ${keyedOptions}`,
  `insert into next_settings values ('theme', 'plain')`,
  // Filled by a trigger, like an index of words.
  `create table next_found_posts (
    post_id ${integer} primary key references posts (id) on delete cascade,
    words ${text} not null
  ) ${options}`,
  ...trigger({
    name: 'next_found_posts_added',
    event: 'insert',
    table: 'posts',
    eachRow: ['insert into next_found_posts values (new.id, lower(new.title))'],
    allRows: ['insert into next_found_posts select id, lower(title) from changed'],
  }),
  'insert into next_found_posts select id, lower(title) from posts',
];

async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

(MIGRATIONS as { up: typeof up }[]).push({ up });
Object.assign(RULES, {
  next_albums: 'nothing',
  next_photos: 'nothing',
  next_marks: 'nothing',
  next_settings: 'nothing',
  next_found_posts: 'nothing',
});
Object.assign(TABLES as Record<string, TablePlan>, {
  next_albums: { media: { column: 'picture_key', files: storeKeys } },
  next_photos: { media: { column: 'key', files: storeKeys } },
  next_marks: { rowsAtOnce: 2 },
  next_settings: {},
  next_found_posts: { leftOut: 'a trigger fills it with the restored posts' },
  posts: {
    ...TABLES['posts'],
    columnsLeftOut: { next_words: 'they are counted when a post is shown' },
    rowsAtOnce: 2,
  },
});
