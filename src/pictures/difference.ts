import type { PictureRow } from '../db/schema.ts';
import type { ImagePool } from '../images/pool.ts';
import type { StoredObject } from '../media/media-store.ts';
import type { LedgerDeps } from './pictures.service.ts';

/** Something in which the database and the media store disagree. */
export interface Difference {
  kind:
    | 'main file missing or partial'
    | 'small file missing or partial'
    | 'picture without a row'
    | 'row without an owner'
    | 'file without a row'
    | 'forgotten temporary file';
  /** A key of the media store; for a row the picture's key; for a temporary file its name. */
  what: string;
  /** Whose it is, where that is known. */
  userId: number | null;
  mended: boolean;
}

export interface CheckDeps extends LedgerDeps {
  /** Makes missing small files anew; without it they are only reported. */
  images?: Pick<ImagePool, 'render'> | undefined;
}

/** What was read at the beginning; every finding is asked for again before it counts, since servers may run. */
export interface Snapshot {
  stored: Map<string, StoredObject>;
  rows: PictureRow[];
  owners: { userId: number; key: string }[];
}

/** Only what is older than this is deleted, in milliseconds. */
export const DELETE_AFTER_MS = 24 * 60 * 60 * 1000;

/** When the files of a broken picture may go, in microseconds: at once, unless it is younger than that. */
export function deletionDue(createdAt: number, now: number): number {
  return Math.max(now, createdAt + DELETE_AFTER_MS * 1000);
}
