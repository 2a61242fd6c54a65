import type { Logger } from 'pino';
import type { Database, Transaction } from '../db/database.ts';
import { micros } from '../db/time.ts';
import { isDatabaseFailure } from '../db/errors.ts';
import { transact } from '../db/transact.ts';
import { HttpError, Unavailable } from '../errors.ts';
import { LateWrite, type MediaStore } from '../media/media-store.ts';
import {
  KINDS,
  newPictureKey,
  type PictureKind,
  storeKey,
  storeKeys,
} from '../media/picture-variants.ts';
import { lockPictureKey } from './live.store.ts';
import * as store from './pictures.store.ts';

/** What a change of stored pictures needs. */
export interface LedgerDeps {
  db: Database;
  media: MediaStore;
  /** Milliseconds. */
  clock: () => number;
  log: Logger;
}

/** How long an upload may take before the sweeper considers it abandoned, in microseconds. */
const PENDING_FOR = 60 * 60 * 1_000_000;
/** A node whose clock is hours ahead considers every upload abandoned, but sweeps only every few minutes. */
const ATTEMPTS = 3;

/** Pictures that are to be stored. */
interface NewPicture {
  kind: PictureKind;
  userId: number;
  /** One for each of the kind's variants, in their order. */
  files: Buffer[];
}

/**
 * Stores the files of a picture under a new key; `keep` gives it to its user, within the transaction
 * in which its row becomes live. Tries again with another key if a sweeper removed the row
 * meanwhile. Throws Unavailable, HttpError 404 if the account was deleted meanwhile, and what `keep`
 * throws; then nothing is kept.
 */
export async function storePicture<T>(
  deps: LedgerDeps,
  picture: NewPicture,
  keep: (trx: Transaction, key: string) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const kept = await tryStoring(deps, picture, keep);
    if (kept) return kept.value;
    deps.log.warn(
      { user: picture.userId, attempt },
      'the sweeper removed an upload in progress: is a clock wrong?',
    );
  }
  throw new Unavailable('Media unavailable', { cause: 'a sweeper removed every attempt' });
}

/** Undefined if a sweeper removed the row. */
async function tryStoring<T>(
  deps: LedgerDeps,
  { kind, userId, files }: NewPicture,
  keep: (trx: Transaction, key: string) => Promise<T>,
): Promise<{ value: T } | undefined> {
  const key = newPictureKey();
  const now = micros(deps.clock);
  const bytes = files.reduce((sum, file) => sum + file.length, 0);
  await store.insertPending(deps.db, { key, kind, userId, now, dueAt: now + PENDING_FOR, bytes });
  const commit = { reached: false };
  try {
    await writeFiles(deps.media, { key, kind }, files);
    const kept = await transact(deps.db, async (trx) => {
      commit.reached = false;
      if ((await lockPictureKey(trx, userId)) === undefined) throw userNotFound();
      if (!(await store.makeLive(trx, key))) return undefined;
      const value = await keep(trx, key);
      commit.reached = true;
      return { value };
    });
    if (kept === undefined) await abandon(deps, { key, kind });
    return kept;
  } catch (error) {
    // After a failed COMMIT nobody knows whether it took effect; the sweeper will find out.
    if (commit.reached) throw error;
    // The bytes may still arrive in the store; the sweeper deletes them when the row is due.
    if (error instanceof LateWrite) throw error;
    const swept = await wasSwept(deps, key, error);
    const abandoned = abandon(deps, { key, kind });
    // A request that has waited five seconds for a locked database does not wait five more.
    if (!isDatabaseFailure(error)) await abandoned;
    if (swept) return undefined;
    throw error;
  }
}

/** Whether the store failed because a sweeper deleted the files while they were being written. */
async function wasSwept({ db }: LedgerDeps, key: string, error: unknown): Promise<boolean> {
  if (!(error instanceof Unavailable) || isDatabaseFailure(error)) return false;
  return !(await store.isPending(db, key).catch(() => true));
}

/** For a person whose account is deleted. */
export const userNotFound = () => new HttpError(404, 'User not found');

/**
 * Deletes the files of doomed rows, then the rows. Never throws: failures are logged and left to
 * the sweeper.
 */
export async function collectDoomed(
  deps: Pick<LedgerDeps, 'db' | 'media' | 'log'>,
  pictures: store.StoredPicture[],
): Promise<void> {
  for (const picture of pictures) {
    try {
      await deleteFiles(deps.media, picture);
      await store.deleteDoomed(deps.db, picture.key);
    } catch (error) {
      deps.log.warn({ err: error, picture: picture.key }, 'could not delete an old picture yet');
      if (isDatabaseFailure(error)?.busy) return;
    }
  }
}

/** Deletes every file of a picture; missing files are fine. */
export async function deleteFiles(
  media: MediaStore,
  { key, kind }: store.StoredPicture,
): Promise<void> {
  await Promise.all(storeKeys(key, kind).map((file) => media.delete(file)));
}

/**
 * Writes all files and waits until every write has ended, even if one fails, because a write that
 * is still running could undo the clean-up.
 */
async function writeFiles(
  media: MediaStore,
  { key, kind }: store.StoredPicture,
  files: Buffer[],
): Promise<void> {
  const variants = KINDS[kind];
  if (files.length !== variants.length) throw new Error('A file for each variant, in their order');
  const writes = variants.map((variant, index) =>
    media.write(storeKey(key, variant), files[index] as Buffer),
  );
  const results = await Promise.allSettled(writes);
  const reasons = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason] : [],
  );
  const late = reasons.find((reason) => reason instanceof LateWrite);
  if (late) throw late;
  if (reasons.length > 0) throw new Unavailable('Media unavailable', { cause: reasons[0] });
}

/** Never throws: what cannot be cleaned up now is a pending or doomed row, which the sweeper handles. */
async function abandon(deps: LedgerDeps, picture: store.StoredPicture): Promise<void> {
  try {
    if (await store.doomUnlessLive(deps.db, picture.key, micros(deps.clock))) {
      await collectDoomed(deps, [picture]);
    }
  } catch (error) {
    const about = { err: error, picture: picture.key };
    deps.log.warn(about, 'could not clean up after a failed upload yet');
  }
}
