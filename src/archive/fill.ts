import type { Transaction } from '../db/database.ts';
import { type LastIds, raiseLastIds } from '../db/id-sequences.ts';
import { type Entry, kindOf } from './entry.ts';
import { countedTables, type Layout, type TableLayout } from './layout.ts';
import { parseRows, type Row } from './rows.ts';
import { deleteInitialRows, insertRows } from './rows.store.ts';

/** All rows of a blog. */
export interface BlogRows {
  layout: Layout;
  /** Starts reading them. There may be entries without rows among them. */
  entries: () => AsyncIterable<Entry>;
  lastIds: LastIds;
}

/**
 * Inserts rows with their ids into an empty database of their layout's migration. `check` may refuse a row by
 * an error; `onEntry` is called after each entry.
 */
export async function fill(
  trx: Transaction,
  { layout, entries, lastIds }: BlogRows,
  {
    check = () => {},
    onEntry = () => {},
  }: { check?: (table: TableLayout, row: Row) => void; onEntry?: () => void } = {},
): Promise<void> {
  await deleteInitialRows(trx, layout);
  for await (const { name, bytes } of entries()) {
    const kind = kindOf(name);
    const table = typeof kind === 'object' && 'table' in kind && layout.tables.get(kind.table);
    if (!table) continue;
    const rows = parseRows(table, bytes).map((row) => {
      check(table, row);
      return row;
    });
    await insertRows(trx, table, rows);
    onEntry();
  }
  const none = Object.fromEntries(countedTables(layout).map((name) => [name, 0]));
  await raiseLastIds(trx, { ...none, ...lastIds });
}
