import type { LastIds } from '../db/id-sequences.ts';
import { KEY } from '../media/media-store.ts';

/** Of the archive as such; the rows in it are those of its migration. */
export const FORMAT = 1;

/** The first entry, in JSON. */
export const HEADER = 'masthead.json';
export interface Header {
  format: number;
  /** The number of the last migration that the rows have seen. */
  migration: number;
  /** ISO 8601 */
  created: string;
  lastIds: LastIds;
}

/** One file of an archive: HEADER, `media/<key of the store>`, or `rows/<table>/<number>.jsonl`. */
export interface Entry {
  name: string;
  bytes: Buffer;
}

/**
 * The tables that an archive holds, in the order in which they are restored, and their columns in the
 * order of its JSON; `?` allows null. Left out are what signs people in (sessions, reset tokens: a restore
 * must bring back none that was ended since), the ledger, which follows from the users, and what counts
 * or probes.
 */
export const TABLES = {
  users: {
    id: 'number',
    username: 'string',
    username_key: 'string',
    email: 'string',
    email_key: 'string',
    password_hash: 'string',
    token_version: 'number',
    password_changed_at: 'number?',
    picture_key: 'string?',
    created_at: 'number',
  },
  posts: {
    id: 'number',
    user_id: 'number',
    title: 'string',
    content: 'string',
    date_posted: 'number',
    form_key: 'string?',
  },
} as const satisfies Record<string, Record<string, 'number' | 'string' | 'number?' | 'string?'>>;

export type Table = keyof typeof TABLES;
export type Row = Record<string, string | number | null>;

/** What an entry holds, by its name; undefined for a name that no archive has. */
export function kindOf(name: string): { table: Table } | { media: string } | 'header' | undefined {
  if (name === HEADER) return 'header';
  const [, table] = /^rows\/(users|posts)\/\d{6,}\.jsonl$/.exec(name) ?? [];
  if (table !== undefined) return { table: table as Table };
  const media = name.startsWith('media/') ? name.slice('media/'.length) : '';
  return KEY.test(media) ? { media } : undefined;
}

/** The rows of an entry. Throws TypeError for what is none of the table's. */
export function parseRows(table: Table, bytes: Buffer): Row[] {
  const lines = bytes.toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const row = JSON.parse(line) as Row;
    const columns: Record<string, string> = TABLES[table];
    const sound =
      Object.keys(row).join() === Object.keys(columns).join() &&
      Object.entries(columns).every(([name, type]) => {
        const value = row[name] ?? null;
        return value === null ? type.endsWith('?') : typeof value === type.replace('?', '');
      });
    if (!sound) throw new TypeError(`not a row of ${table}`);
    return row;
  });
}
