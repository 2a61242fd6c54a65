import { deleteExpired } from '../db/expired.ts';
import { micros } from '../db/time.ts';
import type { PictureRow } from '../db/schema.ts';
import { isDatabaseFailure } from '../db/errors.ts';
import { transact } from '../db/transact.ts';
import { deleteFiles, type LedgerDeps } from './pictures.service.ts';
import * as store from './pictures.store.ts';

export interface Swept {
  /** pictures whose files and row are gone */
  deleted: number;
  /** pending pictures that a user turned out to have */
  adopted: number;
  /** pictures that could not be deleted and will be tried again */
  failed: number;
  /** sessions and reset tokens */
  expired: number;
}

export interface Sweeper {
  /** Sweeps at once, then every `intervalMs`. */
  start(): void;
  /** No sweep begins by itself any more; resolves when a running one has ended, after the picture it is at. */
  stop(): Promise<void>;
  /**
   * Finishes what is due. `includePending` also takes uploads that may still be on their way: only for when
   * no server runs. Throws when the database cannot be asked or written.
   */
  sweep(options?: { includePending?: boolean }): Promise<Swept>;
}

const BATCH = 100;
/** For a node to finish a batch; one that takes longer may find another at it, which does no harm. */
const LEASE_MS = 10 * 60_000;
/** What could not be deleted waits so long, so that it is not met again in the same sweep. */
const RETRY_MS = 60_000;
/** By a clock that is hours ahead they have ended too soon; nobody is let in by one that has. Microseconds. */
const KEEP_EXPIRED_FOR = 24 * 60 * 60 * 1_000_000;

/** The ledger's other half: it finishes what a crash, a full disk or a lost answer has left unfinished. */
export function createSweeper(deps: LedgerDeps, { intervalMs }: { intervalMs: number }): Sweeper {
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let ticking = false;
  let stopped = false;

  /** One after the other, never two at once. */
  function sweep({ includePending = false } = {}): Promise<Swept> {
    const options = { includePending, stopped: () => stopped };
    const next = last.then(() => sweepOnce(deps, options));
    last = next.catch(() => {});
    return next;
  }

  async function tick(): Promise<void> {
    if (ticking) return;
    ticking = true;
    try {
      const swept = await sweep();
      if (Object.values(swept).some((count) => count > 0)) deps.log.info(swept, 'swept');
    } catch (error) {
      deps.log.error({ err: error }, 'the sweep failed');
    } finally {
      ticking = false;
    }
  }

  return {
    sweep,
    start() {
      stopped = false;
      timer ??= setInterval(() => void tick(), intervalMs).unref();
      void tick();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      timer = undefined;
      await last;
    },
  };
}

async function sweepOnce(
  deps: LedgerDeps,
  options: { includePending: boolean; stopped: () => boolean },
): Promise<Swept> {
  const now = micros(deps.clock);
  const swept: Swept = { deleted: 0, adopted: 0, failed: 0, expired: 0 };
  const { includePending } = options;
  for (;;) {
    const leaseEnd = now + LEASE_MS * 1000;
    const due = await store.claimDue(deps.db, { now, includePending, limit: BATCH, leaseEnd });
    let failure: unknown;
    for (const row of due) {
      if (options.stopped()) return swept;
      try {
        swept[await finish(deps, row, now)] += 1;
      } catch (error) {
        if (isDatabaseFailure(error)?.busy) throw error;
        failure ??= error;
      }
    }
    // Those that failed would be met again; the others have had their turn.
    if (failure !== undefined) throw failure;
    if (due.length < BATCH) break;
  }
  swept.expired = await deleteExpired(deps.db, now - KEEP_EXPIRED_FOR);
  return swept;
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
