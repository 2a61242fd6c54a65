import type { ColumnInfo } from '../db/tables.ts';
import { isStorable } from '../unicode/storable.ts';
import type { Entry } from './entry.ts';
import { isFlat } from './flat-json.ts';
import type { TableLayout } from './layout.ts';

export type Row = Record<string, string | number | null>;

/** Rows are gathered into entries of about this many bytes. */
const ENTRY_BYTES = 1024 * 1024;

const FITS: Record<ColumnInfo['type'], (value: unknown) => boolean> = {
  integer: Number.isSafeInteger,
  text: (value) => typeof value === 'string' && isStorable(value),
};

/** The rows of an entry, one after the other. Throws TypeError for anything that is not a row of the table. */
export function* parseRows(table: TableLayout, bytes: Buffer): Generator<Row> {
  for (let [begin, end] = [0, 0]; begin < bytes.length; begin = end + 1) {
    end = bytes.indexOf('\n', begin);
    if (end === -1) throw new TypeError(`the last row of ${table.name} has no line end`);
    const line = bytes.toString('utf8', begin, end);
    const row = isFlat(line, table.columns.length) && (JSON.parse(line) as Row);
    if (!row || !isRow(table, row)) throw new TypeError(`not a row of ${table.name}`);
    yield row;
  }
}

/** Whether exactly the table's columns are there, in order. */
function isRow({ columns }: TableLayout, row: Row): boolean {
  const names = Object.keys(row);
  return (
    names.length === columns.length &&
    columns.every(({ name, type, nullable }, index) => {
      const value = row[name];
      return names[index] === name && (value === null ? nullable : FITS[type](value));
    })
  );
}

/** The entries with these rows of a table. */
export async function* rowEntries(
  { name }: TableLayout,
  rows: AsyncIterable<Row>,
  onRow = () => {},
): AsyncGenerator<Entry> {
  let number = 0;
  let lines: string[] = [];
  let size = 0;
  const flush = (): Entry => {
    const bytes = Buffer.from(lines.join(''));
    lines = [];
    size = 0;
    number++;
    return { name: `rows/${name}/${String(number).padStart(6, '0')}.jsonl`, bytes };
  };
  for await (const row of rows) {
    const line = `${JSON.stringify(row)}\n`;
    lines.push(line);
    size += line.length;
    onRow();
    if (size >= ENTRY_BYTES) yield flush();
  }
  if (size > 0) yield flush();
}
