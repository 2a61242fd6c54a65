import { type Kysely, sql } from 'kysely';
import { ON_POSTGRESQL } from './postgres.ts';

/** The whole schema, as the database describes it. */
export async function schemaOf(db: Kysely<unknown>): Promise<unknown[]> {
  const questions = ON_POSTGRESQL ? POSTGRESQL : SQLITE;
  const answers: unknown[] = [];
  for (const question of questions) {
    const { rows } = await sql.raw<object>(question).execute(db);
    answers.push(...rows.map((row) => ({ ...row })));
  }
  return answers;
}

const SQLITE = ['select type, name, tbl_name, sql from sqlite_schema order by type, name'];

const POSTGRESQL = [
  `select relname, relkind, relpersistence from pg_class
   where relnamespace = 'public'::regnamespace order by relname`,
  `select table_name, ordinal_position, column_name, data_type, collation_name, is_nullable,
     column_default, identity_generation
   from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position`,
  `select pg_get_indexdef(indexrelid) as index, indisvalid from pg_index
   join pg_class on pg_class.oid = indexrelid
   where relnamespace = 'public'::regnamespace order by relname`,
  `select conrelid::regclass::text as table, conname, convalidated, pg_get_constraintdef(oid) as definition
   from pg_constraint where connamespace = 'public'::regnamespace order by 1, 2`,
  `select pg_get_triggerdef(oid) as trigger, tgenabled from pg_trigger where not tgisinternal order by tgname`,
  `select pg_get_functiondef(oid) as function from pg_proc
   where pronamespace = 'public'::regnamespace order by proname`,
];
