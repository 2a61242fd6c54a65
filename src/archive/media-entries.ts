import { Readable } from 'node:stream';
import type { Database } from '../db/database.ts';
import { Unavailable } from '../errors.ts';
import type { MediaStore } from '../media/media-store.ts';
import type { Entry } from './entry.ts';
import type { TableLayout } from './layout.ts';
import type { Row } from './rows.ts';
import { currentValue } from './rows.store.ts';

/** Rows whose files are read in advance, because a distant store answers late. */
const AHEAD = 8;
/** A row whose key changes each time its files are read fails the backup after this many attempts. */
const ATTEMPTS = 20;

/** The files of a row; none if its key is null. */
interface RowMedia {
  row: Row;
  /** The row's key in the archive: its own, a newer one, or null. */
  key: string | null;
  entries: Entry[];
  /** Its own key, if the row still has it but the store lacks a file. */
  missing?: string;
}

/**
 * The files of each of these rows of a table with media. A missing file was deleted after a newer
 * key replaced the row's own, so the newer key's files are read then. `now` is the current
 * database.
 */
export function readMedia(
  table: TableLayout & Required<Pick<TableLayout, 'media'>>,
  rows: AsyncIterable<Row>,
  { now, media }: { now: Database; media: Pick<MediaStore, 'read'> },
): AsyncIterable<RowMedia> {
  const { column, files } = table.media;

  async function readRow(row: Row): Promise<RowMedia> {
    let key = row[column] ?? null;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (typeof key !== 'string') return { row, key: null, entries: [] };
      const names = files(key);
      const found = await Promise.all(names.map((name) => media.read(name)));
      const entries = found.flatMap((bytes, at) =>
        bytes ? { name: `media/${names[at]}`, bytes } : [],
      );
      if (entries.length === found.length) return { row, key, entries };
      const current = (await currentValue(now, table, { row, column })) ?? null;
      if (current === key) return { row, key: null, entries: [], missing: key };
      key = current;
    }
    throw new Unavailable(`A picture of ${table.name} changes too often; try again later`);
  }

  return Readable.from(rows).map(readRow, { concurrency: AHEAD }) as AsyncIterable<RowMedia>;
}
