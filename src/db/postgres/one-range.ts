import { type Expression, type RawBuilder, sql, type SqlBool } from 'kysely';
import { type Database, isShared } from '../database.ts';

/*
 * A list of one person, of one post and the like is a range of the index that begins with that column. PostgreSQL
 * takes rows for evenly spread, though: where it expects that many are this person's, it walks the primary key until
 * the page is full, through all of the table if theirs are all old. And where it expects few, it sorts them all.
 */

/**
 * Whether an integer column has this value, for a list that is ordered by the column first and then
 * by what its index has next. PostgreSQL assumes that an array has several values, so only that
 * index has the requested order.
 */
export function isOnly(
  db: Database,
  column: string,
  value: number | Expression<unknown>,
): RawBuilder<SqlBool> {
  const ref = sql.ref(column);
  return isShared(db) ? sql`${ref} = any(array[${value}]::bigint[])` : sql`${ref} = ${value}`;
}

/**
 * The limit of such a list, as a subquery: PostgreSQL then does not know the number, and chooses a
 * plan that returns the first rows quickly.
 */
export function firstRows(db: Database, limit: number): RawBuilder<number> {
  return isShared(db) ? sql`(select ${sql.lit(limit)})` : sql`${sql.lit(limit)}`;
}
