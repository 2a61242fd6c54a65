import { StartError } from '../../errors.ts';
import { findBrokenPictures } from './check-pictures.ts';
import { findStrays } from './check-strays.ts';
import type { CheckDeps, Difference, Snapshot } from './difference.ts';
import { findLive } from '../live.store.ts';
import { findAllPictures } from '../pictures.store.ts';

/**
 * Compares the ledger with the store in both directions and returns the differences; with `repair`,
 * repairs them too. Throws StartError before changing anything if the store is empty but people
 * have pictures: that is the wrong folder, or a volume that is not mounted.
 */
export async function checkMedia(
  deps: CheckDeps,
  { repair }: { repair: boolean },
): Promise<Difference[]> {
  const snapshot: Snapshot = { stored: new Map(), rows: [], owned: [] };
  for await (const object of deps.media.list()) snapshot.stored.set(object.key, object);
  snapshot.rows = await findAllPictures(deps.db);
  snapshot.owned = await findLive(deps.db);
  if (repair && snapshot.stored.size === 0 && snapshot.owned.length > 0) {
    throw new StartError(
      `The media store is empty, but the database knows of pictures (${snapshot.owned.length}): ` +
        'is it the right store? Nothing was changed',
    );
  }
  return [
    ...(await findBrokenPictures(deps, snapshot, repair)),
    ...(await findStrays(deps, snapshot, repair)),
  ];
}
