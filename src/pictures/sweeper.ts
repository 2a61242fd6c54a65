import { isDatabaseFailure } from '../db/errors.ts';
import type { PictureRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { deleteFiles, type LedgerDeps } from './pictures.service.ts';
import * as store from './pictures.store.ts';

/** A type and not an interface, so that it is a record of counts to those who log it. */
export type Swept = {
  /** pictures whose files and row are gone */
  deleted: number;
  /** pending pictures that a user turned out to have */
  adopted: number;
  /** pictures that could not be deleted and will be tried again */
  failed: number;
};

const BATCH = 100;
/** For a node to finish a batch; one that takes longer may find another at it, which does no harm. */
const LEASE_MS = 10 * 60_000;
/** A picture that could not be deleted waits this long, so that the same sweep does not meet it again. */
const RETRY_MS = 60_000;

/**
 * The ledger's other half: finishes what a crash, a full disk or a lost answer left unfinished.
 * `includePending` also takes uploads that may still be under way: only for when no server runs. Ends after
 * the picture it is at once `signal` is aborted. Throws when the database cannot be read or written.
 */
export async function sweep(
  deps: LedgerDeps,
  { includePending = false, signal }: { includePending?: boolean; signal?: AbortSignal } = {},
): Promise<Swept> {
  const now = micros(deps.clock);
  const swept: Swept = { deleted: 0, adopted: 0, failed: 0 };
  for (;;) {
    const leaseEnd = now + LEASE_MS * 1000;
    const due = await store.claimDue(deps.db, { now, includePending, limit: BATCH, leaseEnd });
    let failure: unknown;
    for (const row of due) {
      if (signal?.aborted) return swept;
      try {
        swept[await finish(deps, row, now)] += 1;
      } catch (error) {
        if (isDatabaseFailure(error)?.busy) throw error;
        failure ??= error;
      }
    }
    // Those that failed would be met again; the others have had their turn.
    if (failure !== undefined) throw failure;
    if (due.length < BATCH) return swept;
  }
}

async function finish(
  deps: LedgerDeps,
  { key, user_id: userId, state }: PictureRow,
  now: number,
): Promise<'deleted' | 'adopted' | 'failed'> {
  const adopted = await transact(deps.db, async (trx) => {
    if ((await store.lockPictureKey(trx, userId)) === key) {
      await store.adopt(trx, { key, userId, now });
      return true;
    }
    // Doomed before its files go, so that an upload that is late after all finds it cannot turn live.
    // One that is doomed stays so, and a full disk is made room on without writing to it first.
    if (state !== 'doomed') await store.doom(trx, { key, userId, now, dueAt: now });
    return false;
  });
  if (adopted) return 'adopted';
  try {
    await deleteFiles(deps.media, key);
  } catch (error) {
    deps.log.warn({ err: error, picture: key }, 'could not delete a picture yet');
    await store.postpone(deps.db, key, now + RETRY_MS * 1000);
    return 'failed';
  }
  await store.deleteDoomed(deps.db, key);
  return 'deleted';
}
