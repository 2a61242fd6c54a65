import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';

/** A post's format and version, and its rendered text. */
export async function up(db: Kysely<unknown>, ddl: Ddl): Promise<void> {
  for (const statement of statements(ddl)) await sql.raw(statement).execute(db);
}

const statements = ({ integer, text, options }: Ddl) => [
  `alter table posts add column format ${text} not null default 'text'`,
  `alter table posts add column version ${integer} not null default 1`,
  `alter table posts add column edited_at ${integer}`,
  `create table post_texts (
    post_id ${integer} primary key references posts (id) on delete cascade,
    renderer ${integer} not null,
    html ${text} not null,
    excerpt_html ${text} not null,
    excerpt_cut ${integer} not null,
    plain ${text} not null,
    words ${integer} not null,
    shown_plain ${text},
    updated_at ${integer} not null
  ) ${options}`,
];
