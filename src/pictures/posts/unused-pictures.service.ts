import { micros } from '../../db/time.ts';
import { transact } from '../../db/transact.ts';
import { lockPictureKey, release } from '../live.store.ts';
import { collectDoomed, type LedgerDeps } from '../ledger.service.ts';
import { doom, type StoredPicture } from '../pictures.store.ts';
import { lockPostPicture } from './post-pictures.store.ts';
import * as store from './picture-uses.store.ts';

/** How long a picture is kept that no post, draft or revision uses; microseconds. */
export const KEPT_UNUSED_FOR = 30 * 24 * 60 * 60 * 1_000_000;

const BATCH = 100;

/**
 * Deletes the pictures for posts that nothing has used for 30 days. It reads rows alone, and asks again
 * under the user's lock. Ends after the current picture once `signal` is aborted.
 */
export async function deleteUnusedPictures(
  deps: LedgerDeps,
  signal?: AbortSignal,
): Promise<{ pictures: number }> {
  const now = micros(deps.clock);
  await store.noteUses(deps.db, now);
  const before = now - KEPT_UNUSED_FOR;
  let pictures = 0;
  for (let after = 0; ;) {
    const unused = await store.listUnused(deps.db, { before, after, limit: BATCH });
    for (const { id, user_id: userId } of unused) {
      if (signal?.aborted) return { pictures };
      if (await deleteIfUnused(deps, { id, userId, before, now })) pictures += 1;
    }
    after = unused.at(-1)?.id ?? 0;
    if (unused.length < BATCH) return { pictures };
  }
}

/** False if something has begun to use it. */
async function deleteIfUnused(
  deps: LedgerDeps,
  { id, userId, before, now }: { id: number; userId: number; before: number; now: number },
): Promise<boolean> {
  const doomed = await transact(deps.db, async (trx): Promise<StoredPicture | undefined> => {
    await lockPictureKey(trx, userId);
    const row = await lockPostPicture(trx, id);
    const since = row?.unused_since ?? Infinity;
    if (!row || since > before || (await store.hasUse(trx, id))) return undefined;
    const picture = { kind: 'post', key: row.key, userId } as const;
    await release(trx, picture);
    await doom(trx, { ...picture, now, dueAt: now });
    return picture;
  });
  if (doomed) await collectDoomed(deps, [doomed]);
  return doomed !== undefined;
}
