import { authorize } from '../../auth/policy.ts';
import { lockAccount } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { Transaction } from '../../db/database.ts';
import { micros } from '../../db/time.ts';
import { transact } from '../../db/transact.ts';
import { HttpError } from '../../errors.ts';
import type { Upload } from '../../images/upload.ts';
import { KINDS } from '../../media/picture-variants.ts';
import { findLogo, putSitePicture } from '../../settings/site-pictures.store.ts';
import { lockSitePictures, release } from '../live.store.ts';
import { collectDoomed, type LedgerDeps, storePicture } from '../ledger.service.ts';
import { doom } from '../pictures.store.ts';

type Deps = LedgerDeps & { images: Pick<Context['images'], 'renderWhole'> };

/** What else is done in the transaction that changes the logo. */
type Step = (trx: Transaction) => Promise<void>;

/**
 * Makes an upload the blog's logo, in place of the one before; the upload is discarded. Throws
 * InvalidImage, Unavailable, HttpError 404 if the account was deleted meanwhile, 403 if its owner does
 * not run the blog any more.
 */
export async function changeLogo(
  deps: Deps,
  userId: number,
  upload: Upload,
  step: Step,
): Promise<void> {
  const { files, size } = await render(deps, upload);
  const old = await storePicture(deps, { kind: 'site', userId, files }, async (trx, key) => {
    const account = (await lockAccount(trx, userId)) ?? null;
    authorize(account, 'run', { kind: 'blog' }, 'Only owners change the logo');
    const before = await takeLogo(trx, userId, micros(deps.clock));
    await putSitePicture(trx, { name: 'logo', key, ...size });
    await step(trx);
    return before;
  });
  if (old !== null) await collectDoomed(deps, [{ key: old, kind: 'site' }]);
}

/** Removes the logo. Throws 400 if there is none. */
export async function removeLogo(deps: LedgerDeps, userId: number, step: Step): Promise<void> {
  const old = await transact(deps.db, async (trx) => {
    const before = await takeLogo(trx, userId, micros(deps.clock));
    if (before === null) throw new HttpError(400, 'There is no logo to remove.');
    await step(trx);
    return before;
  });
  await collectDoomed(deps, [{ key: old, kind: 'site' }]);
}

/** Its key, or null; the row in the ledger is doomed. */
async function takeLogo(trx: Transaction, userId: number, now: number): Promise<string | null> {
  await lockSitePictures(trx);
  const logo = await findLogo(trx);
  if (!logo) return null;
  const picture = { kind: 'site', key: logo.key, userId } as const;
  await release(trx, picture);
  await doom(trx, { ...picture, now, dueAt: now });
  return logo.key;
}

async function render({ images }: Deps, upload: Upload) {
  try {
    return await images.renderWhole(upload, KINDS.site);
  } finally {
    await upload.discard();
  }
}
