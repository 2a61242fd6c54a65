import { isDatabaseFailure } from '../db/errors.ts';
import type { PictureRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { deleteFiles, type LedgerDeps } from './ledger.service.ts';
import { lockLive } from './live.store.ts';
import * as store from './pictures.store.ts';

/** A type and not an interface, so that it can be logged as a record of counts. */
export type Swept = {
  /** Pictures whose files and row were deleted. */
  deleted: number;
  /** Pending pictures that a user turned out to have. */
  adopted: number;
  /** Pictures that could not be deleted and will be tried again. */
  failed: number;
};

const BATCH = 100;
/**
 * Time for a node to finish a batch; if it takes longer, another may do the same rows, which does
 * no harm.
 */
const LEASE_MS = 10 * 60_000;
/**
 * How long a picture that could not be deleted waits, so that the same sweep does not try it again;
 * milliseconds.
 */
const RETRY_MS = 60_000;

/**
 * Finishes what a crash, a full disk or a lost answer left unfinished. `includePending` also
 * handles uploads that may still be in progress: only while no server runs. Ends after the current
 * picture once `signal` is aborted. Throws if the database cannot be read or written.
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
    // A further round would only meet the failed rows again.
    if (failure !== undefined) throw failure;
    if (due.length < BATCH) return swept;
  }
}

async function finish(
  deps: LedgerDeps,
  { key, kind, user_id: userId, state }: PictureRow,
  now: number,
): Promise<'deleted' | 'adopted' | 'failed'> {
  const adopted = await transact(deps.db, async (trx) => {
    if (await lockLive(trx, { key, kind, userId })) {
      await store.adopt(trx, { key, kind, userId, now });
      return true;
    }
    // Doomed before its files are deleted, so that an upload that finishes late cannot turn it
    // live. A doomed row stays doomed, so on a full disk space is freed without writing first.
    if (state !== 'doomed') await store.doom(trx, { key, kind, userId, now, dueAt: now });
    return false;
  });
  if (adopted) return 'adopted';
  try {
    await deleteFiles(deps.media, { key, kind });
  } catch (error) {
    deps.log.warn({ err: error, picture: key }, 'could not delete a picture yet');
    await store.postpone(deps.db, key, now + RETRY_MS * 1000);
    return 'failed';
  }
  await store.deleteDoomed(deps.db, key);
  return 'deleted';
}
