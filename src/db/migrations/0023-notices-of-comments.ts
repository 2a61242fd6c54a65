import { type Kysely, sql } from 'kysely';
import type { Ddl } from '../ddl.ts';
import { NOTICES_ONCE } from './0018-notices.ts';

/** A notice of a comment ends with the comment. None was stored before there were comments. */
export async function up(db: Kysely<unknown>, { integer }: Ddl): Promise<void> {
  for (const statement of [
    'drop index notices_once',
    'drop index notices_by_comment',
    'alter table notices drop column comment_id',
    `alter table notices add column comment_id ${integer} references comments (id) on delete cascade`,
    'create index notices_by_comment on notices (comment_id)',
    NOTICES_ONCE,
  ]) {
    await sql.raw(statement).execute(db);
  }
}
