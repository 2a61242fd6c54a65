import type { PictureRow } from '../../db/schema.ts';
import type { ImagePool } from '../../images/pool/image-pool.ts';
import type { StoredObject } from '../../media/media-store.ts';
import type { OwnedPicture } from '../live.store.ts';
import type { LedgerDeps } from '../ledger.service.ts';

/** A difference between the database and the media store. */
export interface Difference {
  kind:
    | 'main file missing or partial'
    | 'small file missing or partial'
    | 'file missing or partial'
    | 'all files missing or partial'
    | 'picture without a row'
    | 'row without an owner'
    | 'file without a row'
    | 'forgotten temporary file';
  /** A key of the media store; for a row, the picture's key; for a temporary file, its name. */
  what: string;
  /** The owner, if known. */
  userId: number | null;
  repaired: boolean;
}

export interface CheckDeps extends LedgerDeps {
  /** Makes missing files again of those that are there; without it they are only reported. */
  images?: Pick<ImagePool, 'render' | 'renderWhole'> | undefined;
}

/**
 * What was read at the start. Because servers may run, every difference is checked again before it
 * counts.
 */
export interface Snapshot {
  stored: Map<string, StoredObject>;
  rows: PictureRow[];
  owned: OwnedPicture[];
}

/** Only files older than this are deleted; milliseconds. */
export const DELETE_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * When the files of a broken picture may be deleted, in microseconds: at once, unless it is younger
 * than that.
 */
export function deletionDue(createdAt: number, now: number): number {
  return Math.max(now, createdAt + DELETE_AFTER_MS * 1000);
}
