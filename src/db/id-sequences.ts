import { sql } from 'kysely';
import { type Database, isShared, type Transaction } from './database.ts';

/** The last id that each table has given, including to rows deleted since; by the table's name. */
export type LastIds = Record<string, number>;

/**
 * Highest id that an archive may hold. The next ids follow it, and beyond twice as many a number of
 * JavaScript is not exact.
 */
export const ID_MAX = 2 ** 52;

/** Of these tables, whose `id` counts upwards; 0 for one that has given none. */
export async function readLastIds(db: Database, tables: readonly string[]): Promise<LastIds> {
  const ids: LastIds = {};
  for (const table of tables) ids[table] = await lastId(db, table);
  return ids;
}

async function lastId(db: Database, table: string): Promise<number> {
  if (!isShared(db)) {
    const { rows } = await sql<{ seq: number }>`
      select seq from sqlite_sequence where name = ${table}`.execute(db);
    return rows[0]?.seq ?? 0;
  }
  const { rows } = await sql<{ last: number | null }>`
    select pg_sequence_last_value(pg_get_serial_sequence(${table}, 'id')::regclass) as last
  `.execute(db);
  return rows[0]?.last ?? 0;
}

/** Makes new ids start beyond these and beyond the existing ones; never below ids given already. */
export async function raiseLastIds(trx: Transaction, ids: LastIds): Promise<void> {
  for (const [table, id] of Object.entries(ids)) {
    const { rows } = await sql<{ top: number | null }>`
      select max(id) as top from ${sql.table(table)}`.execute(trx);
    const last = Math.max(id, rows[0]?.top ?? 0, await lastId(trx, table));
    if (last > 0) await setLastId(trx, table, last);
  }
}

async function setLastId(trx: Transaction, table: string, last: number): Promise<void> {
  if (isShared(trx)) {
    await sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${last})`.execute(trx);
    return;
  }
  // The table has no unique column, so an upsert is not possible.
  await sql`delete from sqlite_sequence where name = ${table}`.execute(trx);
  await sql`insert into sqlite_sequence (name, seq) values (${table}, ${last})`.execute(trx);
}
