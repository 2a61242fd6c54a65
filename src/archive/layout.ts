import { MIGRATIONS } from '../db/migrate.ts';
import { describeTables, type TableInfo } from '../db/tables.ts';
import { FORMAT } from './header.ts';
import { type SavedTable, TABLES } from './tables.ts';

/** A saved table as one migration left it, without the columns that are not saved. */
export type TableLayout = TableInfo & SavedTable;

/** The content of an archive of this migration: its tables by name, in the order of TABLES. */
export interface Layout {
  format: number;
  migration: number;
  tables: ReadonlyMap<string, TableLayout>;
}

/** Columns that archives of format 1 have, and later ones leave out. */
const FIRST_FORMAT: Readonly<Record<string, string>> = { comments: 'renderer' };

/**
 * The layout of a migration's archives, by default the newest. Tables and columns are read from the
 * migrations themselves, so no list must be kept for earlier archives.
 */
export async function layoutAt(migration = MIGRATIONS.length, format = FORMAT): Promise<Layout> {
  const made = await describeTables(migration);
  const tables = new Map<string, TableLayout>();
  for (const [name, plan] of Object.entries(TABLES)) {
    const info = made.get(name);
    if (info === undefined || 'leftOut' in plan) continue;
    const columns = info.columns.filter(
      (column) =>
        !Object.hasOwn(plan.columnsLeftOut ?? {}, column.name) ||
        (format === 1 && FIRST_FORMAT[name] === column.name),
    );
    tables.set(name, { ...info, ...plan, columns });
  }
  return { format, migration, tables };
}

/** Whether rows of this layout can be restored as they are. */
export const isNewest = ({ format, migration }: Layout): boolean =>
  format === FORMAT && migration === MIGRATIONS.length;

/** The tables whose last id an archive keeps. */
export function countedTables({ tables }: Layout): string[] {
  return [...tables.values()].filter(({ countsIds }) => countsIds).map(({ name }) => name);
}
