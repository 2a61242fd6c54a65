import { Readable } from 'node:stream';
import type { Database } from '../db/database.ts';
import { Unavailable } from '../errors.ts';
import type { MediaStore } from '../media/media-store.ts';
import type { Entry } from './entry.ts';
import type { TableLayout } from './layout.ts';
import type { Row } from './rows.ts';
import { currentValue } from './rows.store.ts';

/** Rows whose files are read ahead of the archive: a store far away answers late. */
const AHEAD = 8;
/** A row whose key changes each time its files are read fails the backup after so many. */
const ATTEMPTS = 20;

/** The files of a row, or of nothing. */
export interface RowMedia {
  row: Row;
  /** The key that the row has in the archive: another has taken the place of its own, or null is left. */
  key: string | null;
  entries: Entry[];
  /** Its own key, if the row still has it but the store lacks a file of it. */
  missing?: string;
}

/**
 * The files of each of these rows, of a table with media. A file that is not there was deleted after
 * another key had taken the place of its own: that one's files are read then. `now` is the database as it is.
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
    throw new Unavailable(`A picture of ${table.name} changes all the time; try again later`);
  }

  return Readable.from(rows).map(readRow, { concurrency: AHEAD }) as AsyncIterable<RowMedia>;
}
