import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { type CheckDeps, deletionDue, type Difference, type Snapshot } from './difference.ts';
import { MAIN, SMALL, storeKey, type Variant } from '../media/picture-variants.ts';
import * as store from './pictures.store.ts';
import { isWhole } from './whole-file.ts';

interface Owner {
  userId: number;
  key: string;
}

/** From the people to the store: each picture must have its row and its complete files. */
export async function findBrokenPictures(
  deps: CheckDeps,
  snapshot: Snapshot,
  repair: boolean,
): Promise<Difference[]> {
  const live = new Set(snapshot.rows.filter((row) => row.state === 'live').map((row) => row.key));
  const found: Difference[] = [];
  for (const owner of snapshot.owners) {
    const main = await readWhole(deps, owner.key, MAIN);
    if (main) {
      if (!live.has(owner.key)) found.push(...(await checkRow(deps, owner, repair)));
      for (const variant of SMALL) {
        found.push(...(await checkSmall(deps, owner, { variant, main, repair })));
      }
    } else if (await stillHas(deps, owner)) {
      const repaired = repair && (await takeAway(deps, owner));
      found.push({
        kind: 'main file missing or partial',
        what: storeKey(owner.key, MAIN),
        userId: owner.userId,
        repaired,
      });
    }
  }
  return found;
}

async function checkRow(deps: CheckDeps, owner: Owner, repair: boolean): Promise<Difference[]> {
  if ((await store.findPicture(deps.db, owner.key))?.state === 'live') return [];
  if (!(await stillHas(deps, owner))) return [];
  const repaired = repair && (await giveRow(deps, owner));
  return [{ kind: 'picture without a row', what: owner.key, userId: owner.userId, repaired }];
}

async function checkSmall(
  deps: CheckDeps,
  owner: Owner,
  { variant, main, repair }: { variant: Variant; main: Buffer; repair: boolean },
): Promise<Difference[]> {
  if (await readWhole(deps, owner.key, variant)) return [];
  if (!(await stillHas(deps, owner))) return [];
  const repaired = repair && (await makeSmall(deps, owner, { variant, main }));
  const what = storeKey(owner.key, variant);
  return [{ kind: 'small file missing or partial', what, userId: owner.userId, repaired }];
}

async function readWhole(deps: CheckDeps, key: string, variant: Variant): Promise<Buffer | null> {
  const bytes = await deps.media.read(storeKey(key, variant));
  return bytes && isWhole(bytes, variant.format) ? bytes : null;
}

/** A picture that was replaced since the check began has rightly lost its files. */
async function stillHas(deps: CheckDeps, owner: Owner): Promise<boolean> {
  return (await store.pictureKeyOf(deps.db, owner.userId)) === owner.key;
}

/** Removes the picture from its user; the sweeper deletes the rest once it is old enough. */
async function takeAway(deps: CheckDeps, { userId, key }: Owner): Promise<boolean> {
  return transact(deps.db, async (trx) => {
    if ((await store.lockPictureKey(trx, userId)) !== key) return false;
    await store.setPictureKey(trx, userId, null);
    const now = micros(deps.clock);
    const createdAt = (await store.findPicture(trx, key))?.created_at ?? now;
    await store.doom(trx, { key, userId, now, dueAt: deletionDue(createdAt, now) });
    return true;
  });
}

async function giveRow(deps: CheckDeps, { userId, key }: Owner): Promise<boolean> {
  return transact(deps.db, async (trx) => {
    if ((await store.lockPictureKey(trx, userId)) !== key) return false;
    await store.adopt(trx, { key, userId, now: micros(deps.clock) });
    return true;
  });
}

/** False, with a log line, if it cannot be made: the others are checked all the same. */
async function makeSmall(
  deps: CheckDeps,
  owner: Owner,
  { variant, main }: { variant: Variant; main: Buffer },
): Promise<boolean> {
  if (!deps.images) return false;
  const file = storeKey(owner.key, variant);
  try {
    const [bytes] = await deps.images.render(main, [variant]);
    if (!bytes) return false;
    await deps.media.delete(file);
    await deps.media.write(file, bytes);
    if (await stillHas(deps, owner)) return true;
    // Replaced while it was being made: its other files are gone, so this one must go too.
    await deps.media.delete(file);
  } catch (error) {
    deps.log.warn({ err: error, file }, 'could not make a small picture');
  }
  return false;
}
