import type { Transaction } from '../db/database.ts';
import { micros } from '../db/time.ts';
import type { UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import type { Crop } from '../images/crop.ts';
import type { ImagePool } from '../images/pool/image-pool.ts';
import type { Upload } from '../images/upload.ts';
import { VARIANTS } from '../media/picture-variants.ts';
import { lockPictureKey, releaseAll, setPictureKey } from './live.store.ts';
import * as store from './pictures.store.ts';
import { type LedgerDeps, storePicture, userNotFound, collectDoomed } from './ledger.service.ts';

/** A picture that was sent, and its crop; without one, the middle is kept. */
interface SentPicture {
  upload: Upload;
  crop?: Crop | undefined;
}

/**
 * Renders an upload, discards it, and makes the result the user's picture. Throws InvalidImage,
 * ValidationError for a crop outside the picture, Unavailable (queue, media or database), or
 * HttpError 404 if the account was deleted meanwhile; the old picture then stays.
 */
export async function uploadPicture(
  deps: LedgerDeps & { images: Pick<ImagePool, 'render'> },
  userId: number,
  sent: SentPicture,
): Promise<UserRow> {
  return replacePicture(deps, userId, await renderPicture(deps.images, sent));
}

/**
 * The files of a picture, one for each of VARIANTS; the upload is discarded. Throws InvalidImage,
 * ValidationError, Unavailable.
 */
export async function renderPicture(
  images: Pick<ImagePool, 'render'>,
  { upload, crop }: SentPicture,
): Promise<Buffer[]> {
  try {
    return await images.render(upload, VARIANTS, crop);
  } finally {
    await upload.discard();
  }
}

/**
 * Stores `files`, one for each of VARIANTS in this order, makes them the user's picture and deletes
 * the previous one. Tries again with another key if a sweeper removed the row meanwhile. Throws
 * like uploadPicture.
 */
export async function replacePicture(
  deps: LedgerDeps,
  userId: number,
  files: Buffer[],
): Promise<UserRow> {
  const { user, old } = await storePicture(deps, { kind: 'face', userId, files }, (trx, key) =>
    switchTo(trx, { userId, key, now: micros(deps.clock) }),
  );
  if (old !== null) await collectDoomed(deps, [{ key: old, kind: 'face' }]);
  return user;
}

/** Removes the user's face. Throws HttpError 404 without the user, 400 without a face. */
export async function removePicture(deps: LedgerDeps, userId: number): Promise<UserRow> {
  const { user, old } = await transact(deps.db, async (trx) => {
    const old = await lockPictureKey(trx, userId);
    if (old === undefined) throw userNotFound();
    if (old === null) throw new HttpError(400, 'No profile picture to delete');
    const user = await setPictureKey(trx, userId, null);
    const now = micros(deps.clock);
    await store.doom(trx, { key: old, kind: 'face', userId, now, dueAt: now });
    return { user, old };
  });
  await collectDoomed(deps, [{ key: old, kind: 'face' }]);
  return user;
}

/**
 * For the transaction that deletes an account: takes and dooms its pictures, and returns them for
 * collectDoomed after the commit. Rows of uploads in progress stay pending: the upload deletes its
 * files when it finds the account gone, and if its process dies before, the sweeper does.
 */
export async function doomPicturesOf(
  trx: Transaction,
  userId: number,
  now: number,
): Promise<store.StoredPicture[]> {
  await store.doomAll(trx, await releaseAll(trx, userId), { now, dueAt: now });
  return store.findDoomedOf(trx, userId);
}

/**
 * The user's old key is read here, because only inside the transaction it is certain to be the
 * current one.
 */
async function switchTo(
  trx: Transaction,
  next: { userId: number; key: string; now: number },
): Promise<{ user: UserRow; old: string | null }> {
  const { userId, key, now } = next;
  const old = (await lockPictureKey(trx, userId)) ?? null;
  const user = await setPictureKey(trx, userId, key);
  // The account may have been suspended since the upload began.
  if (user.state === 'suspended') throw new HttpError(403, 'Account suspended');
  if (old !== null) await store.doom(trx, { key: old, kind: 'face', userId, now, dueAt: now });
  return { user, old };
}
