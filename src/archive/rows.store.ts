import { type RawBuilder, sql } from 'kysely';
import type { Database, Transaction } from '../db/database.ts';
import type { Layout, TableLayout } from './layout.ts';
import type { Row } from './rows.ts';

const ROWS_AT_ONCE = 200;
/** Both databases limit the bound values of a statement to a few thousand. */
const INSERTED_AT_ONCE = 200;

const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));

/** Every row of a table, in the order of its key; with `only`, just the key and that column. */
export async function* readRows(
  db: Database,
  { name, key, columns, rowsAtOnce = ROWS_AT_ONCE }: TableLayout,
  only?: string,
): AsyncGenerator<Row> {
  const selected = refs(only === undefined ? columns.map((column) => column.name) : [...key, only]);
  let after: Row | undefined;
  do {
    const { rows }: { rows: Row[] } = await sql<Row>`
      select ${selected} from ${sql.table(name)} ${after ? sql`where ${compare(key, '>', after)}` : sql``}
      order by ${refs(key)} limit ${rowsAtOnce}`.execute(db);
    yield* rows;
    after = rows.length < rowsAtOnce ? undefined : rows.at(-1);
  } while (after);
}

function compare(key: readonly string[], operator: '>' | '=', row: Row): RawBuilder<boolean> {
  const values = sql.join(key.map((column) => row[column]));
  return sql`(${refs(key)}) ${sql.raw(operator)} (${values})`;
}

/** The current value of this row's column; undefined if the row is gone. */
export async function currentValue(
  db: Database,
  { name, key }: TableLayout,
  { row, column }: { row: Row; column: string },
): Promise<Row[string] | undefined> {
  const { rows } = await sql<Row>`
    select ${sql.ref(column)} from ${sql.table(name)} where ${compare(key, '=', row)}`.execute(db);
  return rows[0]?.[column];
}

/** Inserts rows of a table with the ids that they have. */
export async function insertRows(
  trx: Transaction,
  { name }: TableLayout,
  rows: Iterable<Row>,
): Promise<void> {
  const insert = (some: Row[]) =>
    trx
      .insertInto(name as 'users')
      .values(some as never)
      .execute();
  let some: Row[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < INSERTED_AT_ONCE) continue;
    await insert(some);
    some = [];
  }
  if (some.length > 0) await insert(some);
}

/** Deletes the rows that migrations have inserted, because an archive holds them too. */
export async function deleteInitialRows(trx: Transaction, { tables }: Layout): Promise<void> {
  for (const { name, initialRows } of [...tables.values()].toReversed()) {
    if (initialRows > 0) await sql`delete from ${sql.table(name)}`.execute(trx);
  }
}

/** How many rows a table has; with `column`, those with a value there. */
export async function countRows(db: Database, table: string, column?: string): Promise<number> {
  const counted = column === undefined ? sql`*` : sql.ref(column);
  const { rows } = await sql<{ n: number }>`
    select count(${counted}) as n from ${sql.table(table)}`.execute(db);
  return rows[0]?.n ?? 0;
}
