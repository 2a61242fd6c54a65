import type { Database, Transaction } from '../db/database.ts';
import { micros } from '../db/time.ts';
import * as store from './pictures.store.ts';

/** Of nobody yet; a sweep deletes what it finds of these, should the restore not come to its end. */
const NOBODY = 0;
/** A restore may take long; in microseconds. */
const DUE_AFTER = 24 * 60 * 60 * 1_000_000;

/** Notes a picture down before its files are stored, whose owner is not there yet. */
export async function noteRestored(
  { db, clock }: { db: Database; clock: () => number },
  key: string,
): Promise<void> {
  const now = micros(clock);
  await store.insertPending(db, { key, userId: NOBODY, now, dueAt: now + DUE_AFTER });
}

/** Gives every picture that was noted down to the user who has it, in the transaction that brings the users. */
export async function giveRestored(trx: Transaction): Promise<void> {
  await store.makeOwnedLive(trx);
}
