import type { Schema } from '../db/schema.ts';
import { storeKeys } from '../media/picture-variants.ts';

/** A table whose rows an archive holds: every column, also those that a later migration adds. */
export interface SavedTable {
  /** Columns that are not saved, and why. A restored row has their default, so they have one or allow null. */
  columnsLeftOut?: Readonly<Record<string, string>>;
  /**
   * The column that names what a row has in the media store, and the files of such a key, which are saved with it.
   * A row whose files are gone is saved with null there, or not at all if the column does not allow null.
   */
  media?: { readonly column: string; readonly files: (key: string) => string[] };
  /** How many rows are read at once, so that as many of the longest fit into memory; 200 if nothing is said. */
  rowsAtOnce?: number;
}

/** What becomes of a table in an archive; `leftOut` says why its rows are not saved. */
export type TablePlan = SavedTable | { readonly leftOut: string };

/**
 * The one list of what an archive holds: every table of the database, saved or left out. A table comes after those
 * that its foreign keys refer to; entries keep their order among each other, since archives follow it.
 */
export const TABLES: Readonly<Record<string, TablePlan>> = {
  users: { media: { column: 'picture_key', files: storeKeys } },
  // Sixteen of the longest are 128 MiB.
  posts: { rowsAtOnce: 16 },
  sessions: { leftOut: 'a restore must not sign in again those who have signed out since' },
  reset_tokens: { leftOut: 'a restore must not make links valid again that were used since' },
  email_changes: { leftOut: 'a restore must not make links valid again that were used since' },
  pictures: { leftOut: 'the ledger is rebuilt from the pictures that restored rows have' },
  heartbeat: { leftOut: 'it only shows whether the database can be written to' },
  rate_limits: { leftOut: 'what somebody has used of a limit has expired soon' },
  imports: { leftOut: 'it tells whether an import must go on, which a restored blog cannot' },
  post_counts: { leftOut: 'triggers count the restored posts' },
  post_texts: { leftOut: 'the texts are rendered again from the restored posts' },
  post_totals: { leftOut: 'triggers count the restored posts' },
  data_versions: { leftOut: 'triggers count what a restore changes for readers' },
  mails: { leftOut: 'a restore must not send again what was sent since' },
  mail_days: { leftOut: 'what was sent today is known to the mail server that sent it' },
} satisfies Record<keyof Schema, TablePlan> & Record<string, TablePlan>;
