import { micros } from '../../db/time.ts';
import { transact } from '../../db/transact.ts';
import { KINDS, storeKey, type Variant } from '../../media/picture-variants.ts';
import { type CheckDeps, deletionDue, type Difference, type Snapshot } from './difference.ts';
import { isLive, lockLive, type OwnedPicture, release } from '../live.store.ts';
import * as store from '../pictures.store.ts';
import { isWhole } from './whole-file.ts';

/** Checks that each picture somebody has has its row and its complete files. */
export async function findBrokenPictures(
  deps: CheckDeps,
  snapshot: Snapshot,
  repair: boolean,
): Promise<Difference[]> {
  const live = new Set(snapshot.rows.filter((row) => row.state === 'live').map((row) => row.key));
  const found: Difference[] = [];
  for (const owned of snapshot.owned) {
    const { source, broken } = await readFiles(deps, owned);
    if (source === undefined) found.push(...(await reportLost(deps, owned, repair)));
    else {
      if (!live.has(owned.key)) found.push(...(await checkRow(deps, owned, repair)));
      for (const variant of broken) {
        found.push(...(await reportBroken(deps, owned, { variant, source, repair })));
      }
    }
  }
  return found;
}

/**
 * The file that others can be made of: of a face only its first, of a post's picture the largest that
 * is there. Undefined if there is none. `broken`: the other files that are missing or partial.
 */
async function readFiles(
  deps: CheckDeps,
  { kind, key }: OwnedPicture,
): Promise<{ source: Buffer | undefined; broken: Variant[] }> {
  let source: Buffer | undefined;
  const broken: Variant[] = [];
  for (const variant of KINDS[kind]) {
    const bytes = await deps.media.read(storeKey(key, variant));
    if (bytes && isWhole(bytes, variant.format)) source ??= bytes;
    else broken.push(variant);
    if (kind === 'face' && source === undefined) break;
  }
  return { source, broken };
}

async function reportLost(
  deps: CheckDeps,
  picture: OwnedPicture,
  repair: boolean,
): Promise<Difference[]> {
  if (!(await isLive(deps.db, picture))) return [];
  const { kind, key, userId } = picture;
  const repaired = repair && (await takeAway(deps, picture));
  return kind === 'face'
    ? [{ kind: 'main file missing or partial', what: fileOf(picture), userId, repaired }]
    : [{ kind: 'all files missing or partial', what: key, userId, repaired }];
}

const fileOf = ({ kind, key }: OwnedPicture, variant = KINDS[kind][0] as Variant) =>
  storeKey(key, variant);

async function checkRow(
  deps: CheckDeps,
  picture: OwnedPicture,
  repair: boolean,
): Promise<Difference[]> {
  const { key, userId } = picture;
  if ((await store.findPicture(deps.db, key))?.state === 'live') return [];
  if (!(await isLive(deps.db, picture))) return [];
  const repaired = repair && (await giveRow(deps, picture));
  return [{ kind: 'picture without a row', what: key, userId, repaired }];
}

interface Broken {
  variant: Variant;
  source: Buffer;
  repair: boolean;
}

/** A picture that was replaced since the check began has rightly lost its files. */
async function reportBroken(
  deps: CheckDeps,
  picture: OwnedPicture,
  { variant, source, repair }: Broken,
): Promise<Difference[]> {
  if (!(await isLive(deps.db, picture))) return [];
  const repaired = repair && (await makeAgain(deps, picture, { variant, source }));
  const kind =
    picture.kind === 'face' ? 'small file missing or partial' : 'file missing or partial';
  return [{ kind, what: fileOf(picture, variant), userId: picture.userId, repaired }];
}

/** Removes the picture from its user; the sweeper deletes its files once they are old enough. */
async function takeAway(deps: CheckDeps, picture: OwnedPicture): Promise<boolean> {
  return transact(deps.db, async (trx) => {
    if (!(await lockLive(trx, picture))) return false;
    await release(trx, picture);
    const now = micros(deps.clock);
    const createdAt = (await store.findPicture(trx, picture.key))?.created_at ?? now;
    await store.doom(trx, { ...picture, now, dueAt: deletionDue(createdAt, now) });
    return true;
  });
}

async function giveRow(deps: CheckDeps, picture: OwnedPicture): Promise<boolean> {
  return transact(deps.db, async (trx) => {
    if (!(await lockLive(trx, picture))) return false;
    await store.adopt(trx, { ...picture, now: micros(deps.clock) });
    return true;
  });
}

/**
 * Makes missing files again. Returns false, and logs why, if that fails, so that the other pictures
 * are still checked.
 */
async function makeAgain(
  deps: CheckDeps,
  picture: OwnedPicture,
  { variant, source }: Pick<Broken, 'variant' | 'source'>,
): Promise<boolean> {
  if (!deps.images) return false;
  const file = fileOf(picture, variant);
  try {
    const [bytes] =
      picture.kind === 'face'
        ? await deps.images.render(source, [variant])
        : (await deps.images.renderWhole(source, [variant])).files;
    if (!bytes) return false;
    await deps.media.delete(file);
    await deps.media.write(file, bytes);
    if (await isLive(deps.db, picture)) return true;
    // Replaced while it was being made: its other files are gone, so this one must go too.
    await deps.media.delete(file);
  } catch (error) {
    deps.log.warn({ err: error, file }, 'could not make a missing file again');
  }
  return false;
}
