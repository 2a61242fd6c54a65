import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/**
 * The words of published posts. They are folded by the program, so the job that renders missing
 * texts fills it with older posts. A post that is deleted or unpublished, by whoever, leaves it in
 * the same transaction.
 */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  const made = ddl.name === 'sqlite' ? SQLITE : postgresql(ddl);
  for (const statement of [
    `alter table post_texts add column indexed ${ddl.integer} not null default 0`,
    ...made,
    ...ddl.changeTrigger({
      name: 'post_index_unpublished',
      table: 'posts',
      column: 'state',
      when: "old.state = 'published' and new.state <> 'published'",
      eachRow: [
        ddl.name === 'sqlite' ? removeRow : 'delete from post_index where post_id = old.id',
      ],
    }),
  ]) {
    await sql.raw(statement).execute(db);
  }
}

/** Ids below this fit into the number of a row in SQLite's index. */
export const INDEX_IDS = 2 ** 30;

/**
 * In SQLite, the number of a post's row in the index: its second and its id, so that the index is
 * read newest first. `post`: its table or alias. Beyond the years 1716 and 2223, posts go by id.
 */
export const indexRow = (post: string) =>
  `(max(-8000000000, min(8000000000, ${post}.date_posted / 1000000)) * ${INDEX_IDS} + ${post}.id)`;

const removeRow = `delete from post_index where rowid = ${indexRow('old')}`;

/** The terms come with one space between them; the tokenizer splits nothing else in them. */
const SQLITE = [
  `create virtual table post_index using fts5(
    title, body, facts, content='', contentless_delete=1, prefix='3', tokenize='ascii'
  )`,
  `create trigger post_index_deleted after delete on posts begin ${removeRow}; end`,
];

const postgresql = ({ integer }: Ddl) => [
  `create table post_index (
    post_id ${integer} primary key references posts (id) on delete cascade,
    date_posted ${integer} not null,
    words tsvector not null
  )`,
  'create index post_index_words on post_index using gin (words)',
  'create index post_index_newest on post_index (date_posted desc, post_id desc)',
];
