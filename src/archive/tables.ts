import type { Schema } from '../db/schema.ts';
import { storeKeys } from '../media/picture-variants.ts';

/** A table whose rows are in an archive: every column, including those that later migrations add. */
export interface SavedTable {
  /**
   * Columns that are not saved, and why. A restored row has their default, so they need one or must
   * allow null.
   */
  columnsLeftOut?: Readonly<Record<string, string>>;
  /**
   * The column with a row's key in the media store, and the files of such a key, which are saved
   * with it. A row whose files are gone is saved with null there, or not at all if the column does
   * not allow null.
   */
  media?: { readonly column: string; readonly files: (key: string) => string[] };
  /** How many rows are read at once, so that as many of the longest fit into memory; 200 by default. */
  rowsAtOnce?: number;
}

/** How an archive treats a table; `leftOut` says why its rows are not saved. */
export type TablePlan = SavedTable | { readonly leftOut: string };

/**
 * The only list of an archive's content: every table of the database, saved or left out. A table
 * comes after those that its foreign keys refer to; existing entries keep their order, because
 * archives follow it.
 */
export const TABLES: Readonly<Record<string, TablePlan>> = {
  users: {
    media: { column: 'picture_key', files: storeKeys },
    columnsLeftOut: { invitation_id: 'it refers to invitations, which are left out' },
  },
  // The longest post has 8 MiB, so sixteen are 128 MiB.
  posts: { rowsAtOnce: 16 },
  sessions: { leftOut: 'a restore must not sign in people who have signed out since' },
  reset_tokens: { leftOut: 'a restore must not make links valid again that were used since' },
  email_changes: { leftOut: 'a restore must not make links valid again that were used since' },
  pictures: { leftOut: 'the ledger is rebuilt from the pictures that restored rows have' },
  heartbeat: { leftOut: 'it only shows whether the database can be written to' },
  rate_limits: { leftOut: 'the counts expire soon' },
  imports: {
    leftOut: 'it belongs to an interrupted import, which a restored blog cannot continue',
  },
  post_counts: { leftOut: 'triggers count the restored posts' },
  post_texts: { leftOut: 'the texts are rendered again from the restored posts' },
  post_index: { leftOut: 'the index is built again from the restored posts' },
  post_totals: { leftOut: 'triggers count the restored posts' },
  post_months: { leftOut: 'triggers count the restored posts' },
  data_versions: { leftOut: 'triggers count what a restore changes for readers' },
  mails: { leftOut: 'a restore must not send again what was sent since' },
  mail_days: { leftOut: 'the counts matter only on the same day' },
  settings: {},
  drafts: {
    rowsAtOnce: 16,
    columnsLeftOut: {
      share_hash: 'a restore must not make links valid again that were ended since',
    },
  },
  revisions: { rowsAtOnce: 16 },
  owner_links: { leftOut: 'each start of a blog without an owner makes a new one' },
  moderation_log: {},
  invitations: { leftOut: 'a restore must not make links valid again that were ended since' },
  post_pictures: { media: { column: 'key', files: (key) => storeKeys(key, 'post') } },
  picture_uses: {},
  published_drafts: {
    columnsLeftOut: {
      share_hash: 'a restore must not make links valid again that were ended since',
    },
  },
  comments: {
    columnsLeftOut: {
      renderer: 'no markup of an archive is shown: restored comments are rendered again',
    },
  },
  comment_counts: { leftOut: 'triggers count the restored comments' },
  profiles: {
    columnsLeftOut: {
      html: 'it is rendered again from the restored bio',
      renderer: 'it belongs to the rendered text',
    },
  },
  site_pictures: { media: { column: 'key', files: (key) => storeKeys(key, 'site') } },
  pinned_posts: {},
  notices: {},
  reports: {},
  tags: {},
  tag_counts: { leftOut: 'triggers count the restored tags of posts' },
  tag_redirects: {},
  tag_merges: { leftOut: 'the index is built again with the ids that tags have now' },
  post_tags: {},
  private_feeds: { leftOut: 'a restore must not make links valid again that were ended since' },
} satisfies Record<keyof Schema, TablePlan> & Record<string, TablePlan>;
