import { micros } from '../../db/time.ts';
import type { PictureRow } from '../../db/schema.ts';
import { transact } from '../../db/transact.ts';
import type { StoredObject } from '../../media/media-store.ts';
import {
  type CheckDeps,
  DELETE_AFTER_MS,
  deletionDue,
  type Difference,
  type Snapshot,
} from './difference.ts';
import { storeKeys } from '../../media/picture-variants.ts';
import { lockLive } from '../live.store.ts';
import * as store from '../pictures.store.ts';

/** Finds rows of pictures that belong to nobody, and files without a row. */
export async function findStrays(
  deps: CheckDeps,
  snapshot: Snapshot,
  repair: boolean,
): Promise<Difference[]> {
  const found: Difference[] = [];
  const owned = new Set(snapshot.owned.map(({ key }) => key));
  for (const row of snapshot.rows) {
    if (row.state !== 'live' || owned.has(row.key)) continue;
    found.push(...(await checkOwner(deps, row, repair)));
  }
  const expected = new Set(
    [...snapshot.owned, ...snapshot.rows].flatMap(({ key, kind }) => storeKeys(key, kind)),
  );
  for (const object of snapshot.stored.values()) {
    if (!expected.has(object.key)) found.push(...(await checkFile(deps, object, repair)));
  }
  found.push(...(await checkTemporaries(deps, repair)));
  return found;
}

async function checkOwner(
  deps: CheckDeps,
  row: PictureRow,
  repair: boolean,
): Promise<Difference[]> {
  const { key, kind, user_id: userId } = row;
  const unowned = await transact(deps.db, async (trx) => {
    if (await lockLive(trx, { key, kind, userId })) return false;
    if ((await store.findPicture(trx, key))?.state !== 'live') return false;
    const now = micros(deps.clock);
    const dueAt = deletionDue(row.created_at, now);
    if (repair) await store.doom(trx, { key, kind, userId, now, dueAt });
    return true;
  });
  return unowned ? [{ kind: 'row without an owner', what: key, userId, repaired: repair }] : [];
}

/**
 * The store was listed before the rows were read, and a row is written before its files, so this
 * file has no row. It may be gone by now, though, if its row was deleted after the store was
 * listed.
 */
async function checkFile(
  deps: CheckDeps,
  object: StoredObject,
  repair: boolean,
): Promise<Difference[]> {
  if ((await deps.media.read(object.key)) === null) return [];
  const repaired = repair && isOld(deps, object.modifiedAt);
  if (repaired) await deps.media.delete(object.key);
  return [{ kind: 'file without a row', what: object.key, userId: null, repaired }];
}

async function hasRow(deps: CheckDeps, file: string): Promise<boolean> {
  const key = /\/([0-9a-f]{32})\./.exec(file)?.[1] ?? '';
  return (await store.findPicture(deps.db, key)) !== undefined;
}

async function checkTemporaries(deps: CheckDeps, repair: boolean): Promise<Difference[]> {
  const found: Difference[] = [];
  for await (const { name, key, modifiedAt } of deps.media.temporaries()) {
    const old = isOld(deps, modifiedAt);
    // A file with a row is being written, or belongs to the sweeper; a fresh probe belongs to a
    // running check.
    if (key === null ? !old : await hasRow(deps, key)) continue;
    if (repair && old) await deps.media.deleteTemporary(name);
    found.push({
      kind: 'forgotten temporary file',
      what: name,
      userId: null,
      repaired: repair && old,
    });
  }
  return found;
}

function isOld(deps: CheckDeps, modifiedAt: Date): boolean {
  return deps.clock() - modifiedAt.getTime() > DELETE_AFTER_MS;
}
