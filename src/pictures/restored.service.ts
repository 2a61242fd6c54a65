import type { Database, Transaction } from '../db/database.ts';
import { micros } from '../db/time.ts';
import type { PictureKind } from '../media/picture-variants.ts';
import { makeRestoredLive } from './live.store.ts';
import * as store from './pictures.store.ts';

/**
 * The owner of pictures whose user is not restored yet; a sweep deletes them if the restore is
 * never completed.
 */
const NOBODY = 0;
/** How long a restore may take before a sweep deletes its pictures; microseconds. */
const DUE_AFTER = 24 * 60 * 60 * 1_000_000;

/** Records a picture before its files are stored and before its owner exists. */
export async function noteRestored(
  { db, clock }: { db: Database; clock: () => number },
  { key, kind }: { key: string; kind: PictureKind },
): Promise<void> {
  const now = micros(clock);
  await store.insertPending(db, { key, kind, userId: NOBODY, now, dueAt: now + DUE_AFTER });
}

/** Gives every recorded picture to its user, in the transaction that restores the users. */
export async function giveRestored(trx: Transaction): Promise<void> {
  await makeRestoredLive(trx);
}
