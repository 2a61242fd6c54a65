import type { Database } from '../db/database.ts';
import { readLastIds } from '../db/id-sequences.ts';
import type { MediaStore } from '../media/media-store.ts';
import type { Progress } from '../runtime/progress.ts';
import type { Entry } from './entry.ts';
import { HEADER, type Header } from './header.ts';
import { countedTables, type Layout, type TableLayout } from './layout.ts';
import { readMedia } from './media-entries.ts';
import { type Row, rowEntries } from './rows.ts';
import { countRows, readRows } from './rows.store.ts';

/** Where the content of an archive is read. */
interface DumpSource {
  /** The rows at one moment, in a database of the layout's migration. */
  rows: Database;
  /** The same database in its current state. */
  now: Database;
  media: Pick<MediaStore, 'read'>;
  layout: Layout;
}

/** A picture that is not in the archive because the store lacks some of its files. */
export interface LeftOut {
  table: string;
  /** The values of the row's primary key. */
  row: string;
  key: string;
}

type KeysByRow = Map<string, string | null>;

/** The number of steps that dump() reports. */
export async function countSteps({ rows, layout }: DumpSource): Promise<number> {
  let steps = 0;
  for (const { name, media } of layout.tables.values()) {
    steps += await countRows(rows, name);
    if (media) steps += await countRows(rows, name, media.column);
  }
  return steps;
}

/** The entries of an archive: header, all media, all rows. What is left out is added to `leftOut`. */
export async function* dump(
  source: DumpSource,
  { created, leftOut, progress }: { created: string; leftOut: LeftOut[]; progress: Progress },
): AsyncGenerator<Entry> {
  const { rows, layout } = source;
  const lastIds = await readLastIds(rows, countedTables(layout));
  const { format, migration } = layout;
  const header: Header = { format, migration, created, lastIds };
  yield { name: HEADER, bytes: Buffer.from(`${JSON.stringify(header)}\n`) };

  const changed = new Map<TableLayout, KeysByRow>();
  for (const table of layout.tables.values()) {
    const { name, media } = table;
    if (media === undefined) continue;
    const keys: KeysByRow = new Map();
    changed.set(table, keys);
    const owners = withValue(readRows(rows, table, media.column), media.column);
    for await (const { row, key, entries, missing } of readMedia(
      { ...table, media },
      owners,
      source,
    )) {
      if (key !== row[media.column]) keys.set(idOf(table, row), key);
      if (missing !== undefined) leftOut.push({ table: name, row: idOf(table, row), key: missing });
      yield* entries;
      progress.add();
    }
  }
  for (const table of layout.tables.values()) {
    const kept = withKeys(table, readRows(rows, table), changed.get(table));
    yield* rowEntries(table, kept, () => progress.add());
  }
}

/** The entries with the rows of a whole database, unchanged. */
export async function* allRows(db: Database, { tables }: Layout): AsyncGenerator<Entry> {
  for (const table of tables.values()) yield* rowEntries(table, readRows(db, table));
}

/** The values of the primary key: `7`, or `7,"en"`. */
const idOf = ({ key }: TableLayout, row: Row) =>
  JSON.stringify(key.map((column) => row[column])).slice(1, -1);

async function* withValue(rows: AsyncIterable<Row>, column: string): AsyncGenerator<Row> {
  for await (const row of rows) if (row[column] !== null) yield row;
}

/** The rows with the keys of the media in the archive; leaves out a row that needs a key and has none. */
async function* withKeys(
  table: TableLayout,
  rows: AsyncIterable<Row>,
  changed: KeysByRow = new Map(),
): AsyncGenerator<Row> {
  const { columns, media } = table;
  const optional = columns.some(({ name, nullable }) => name === media?.column && nullable);
  for await (const row of rows) {
    const key = changed.size === 0 ? undefined : changed.get(idOf(table, row));
    if (key === undefined || media === undefined) yield row;
    else if (key !== null || optional) yield { ...row, [media.column]: key };
  }
}
