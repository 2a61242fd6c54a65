/**
 * Preloaded into a process, makes it a Masthead with one migration more, and with the entries for its tables that
 * an archive needs. The new columns need none.
 */
import { type Kysely, sql } from 'kysely';
import { TABLES, type TablePlan } from '../../src/archive/tables.ts';
import type { Ddl } from '../../src/db/ddl.ts';
import { MIGRATIONS } from '../../src/db/migrate.ts';
import { storeKeys } from '../../src/media/picture-variants.ts';

const statements = ({ id, integer, text, options, keyedOptions, trigger }: Ddl) => [
  `alter table posts add column language ${text} not null default 'en'`,
  `alter table posts add column words ${integer} not null default 0`,
  `alter table users add column invited_by ${integer}`,
  `update posts set language = 'zh' where title like '  %'`,
  'update users set created_at = 0 where id = 3',
  // With rows of the migration's own, a picture that each must have, and ids that count.
  `create table albums (
    id ${id},
    post_id ${integer} not null references posts (id) on delete cascade,
    title ${text} not null,
    picture_key ${text}
  ) ${options}`,
  `insert into albums (post_id, title) select id, 'Of ' || title from posts order by id`,
  `create table photos (
    key ${text} primary key,
    album_id ${integer} not null references albums (id) on delete cascade
  ) ${options}`,
  `create table marks (
    user_id ${integer} not null references users (id) on delete cascade,
    post_id ${integer} not null references posts (id) on delete cascade,
    at ${integer},
    primary key (user_id, post_id)
  ) ${keyedOptions}`,
  `create table settings (name ${text} primary key, value ${text} not null) ${keyedOptions}`,
  `insert into settings values ('theme', 'plain')`,
  // Filled by a trigger, as an index of words would be.
  `create table found_posts (
    post_id ${integer} primary key references posts (id) on delete cascade,
    words ${text} not null
  ) ${options}`,
  ...trigger({
    name: 'found_posts_added',
    event: 'insert',
    table: 'posts',
    eachRow: ['insert into found_posts values (new.id, lower(new.title))'],
    allRows: ['insert into found_posts select id, lower(title) from changed'],
  }),
  'insert into found_posts select id, lower(title) from posts',
];

async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

(MIGRATIONS as { up: typeof up }[]).push({ up });
Object.assign(TABLES as Record<string, TablePlan>, {
  albums: { media: { column: 'picture_key', files: storeKeys } },
  photos: { media: { column: 'key', files: storeKeys } },
  marks: { rowsAtOnce: 2 },
  settings: {},
  found_posts: { leftOut: 'a trigger fills it with the restored posts' },
  posts: { columnsLeftOut: { words: 'they are counted when a post is shown' }, rowsAtOnce: 2 },
});
