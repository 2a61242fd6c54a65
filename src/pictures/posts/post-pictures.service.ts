import { authorizeWriting, can, type Viewer, visibleTo } from '../../auth/policy.ts';
import { lockAccount } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { PostPictureRow, UserRow } from '../../db/schema.ts';
import { micros } from '../../db/time.ts';
import { transact } from '../../db/transact.ts';
import { HttpError } from '../../errors.ts';
import type { WholePicture } from '../../images/pool/image-pool.ts';
import type { Upload } from '../../images/upload.ts';
import { POST_VARIANTS } from '../../media/picture-variants.ts';
import { lockPictureKey, release } from '../live.store.ts';
import { collectDoomed, type LedgerDeps, storePicture } from '../ledger.service.ts';
import { doom } from '../pictures.store.ts';
import { PICTURE_TEXT_MAX, type PictureUpdate } from './post-picture.ts';
import * as store from './post-pictures.store.ts';

const MB = 1024 * 1024;

type Deps = LedgerDeps & {
  images: Pick<Context['images'], 'renderWhole'>;
  config: Pick<Context['config'], 'PICTURE_QUOTA_MB'>;
};

/** A picture that was sent for posts, with its texts, which may be empty. */
export interface SentPostPicture {
  upload: Upload;
  alt: string;
  caption: string;
}

/**
 * Stores a picture for the user's posts; the upload is discarded. Throws InvalidImage, Unavailable,
 * HttpError 404 if the account was deleted meanwhile, and 403 if it may not write or has no room left.
 */
export async function addPostPicture(
  deps: Deps,
  userId: number,
  { upload, alt, caption }: SentPostPicture,
): Promise<PostPictureRow> {
  const { files, size } = await render(deps, upload);
  const bytes = files.reduce((sum, file) => sum + file.length, 0);
  return storePicture(deps, { kind: 'post', userId, files }, async (trx, key) => {
    // Since the upload began.
    authorizeWriting((await lockAccount(trx, userId)) ?? null);
    refuseBeyondQuota(deps, (await store.sumPostPictures(trx, userId)).bytes, bytes);
    const now = micros(deps.clock);
    const texts = { alt, caption };
    const row = { key, user_id: userId, ...size, bytes, ...texts, created_at: now };
    return store.insertPostPicture(trx, { ...row, unused_since: now });
  });
}

async function render({ images }: Deps, upload: Upload): Promise<WholePicture> {
  try {
    return await images.renderWhole(upload, POST_VARIANTS);
  } finally {
    await upload.discard();
  }
}

/** Throws 403 if the user has no room for a picture, before it is sent. */
export async function assertRoom(deps: Pick<Deps, 'db' | 'config'>, userId: number): Promise<void> {
  if (deps.config.PICTURE_QUOTA_MB === undefined) return;
  refuseBeyondQuota(deps, (await store.sumPostPictures(deps.db, userId)).bytes, 1);
}

function refuseBeyondQuota({ config }: Pick<Deps, 'config'>, used: number, more: number): void {
  const { PICTURE_QUOTA_MB: quota } = config;
  if (quota === undefined || used + more <= quota * MB) return;
  const taken = (used / MB).toFixed(1);
  throw new HttpError(
    403,
    `Your pictures take ${taken} MB of the ${quota} MB that a person may use here. Delete some first.`,
  );
}

const pictureNotFound = () => new HttpError(404, 'Picture not found');

/** One of the viewer's own pictures. Throws 404 for all others. */
export async function getPostPicture(
  ctx: Pick<LedgerDeps, 'db'>,
  viewer: UserRow,
  id: number,
): Promise<PostPictureRow> {
  const picture = await store.findPostPicture(ctx.db, id);
  const subject = { kind: 'picture', owner: picture?.user_id ?? 0, shown: false } as const;
  if (!picture || !can(viewer, 'update', subject)) throw pictureNotFound();
  return picture;
}

/** One page of the viewer's pictures, newest first. */
export async function getPostPictures(
  { db }: Pick<LedgerDeps, 'db'>,
  viewer: UserRow,
  range: { skip: number; limit: number },
): Promise<{ pictures: PostPictureRow[]; total: number; hasMore: boolean }> {
  const pictures = await store.listPostPictures(db, viewer.id, range);
  const { count: total } = await store.sumPostPictures(db, viewer.id);
  return { pictures, total, hasMore: range.skip + pictures.length < total };
}

/** All of a user's pictures for posts, oldest first. */
export async function listOwnPictures(
  { db }: Pick<LedgerDeps, 'db'>,
  userId: number,
): Promise<PostPictureRow[]> {
  return store.listAllOf(db, userId);
}

/** Changes the texts that are given and not null; posts keep theirs. Throws 404. */
export async function updatePostPicture(
  ctx: Pick<LedgerDeps, 'db'>,
  viewer: UserRow,
  id: number,
  given: PictureUpdate,
): Promise<PostPictureRow> {
  const { alt, caption } = await getPostPicture(ctx, viewer, id);
  const texts = { alt: given.alt ?? alt, caption: given.caption ?? caption };
  const updated = await store.updatePostPicture(ctx.db, id, texts);
  if (!updated) throw pictureNotFound();
  return updated;
}

/**
 * Stores the alt texts and captions that a text gives to pictures of its author, for the next text that shows them.
 * A picture without either, or with one that is too long, keeps what it has.
 */
export async function keepTexts(
  { db }: Pick<LedgerDeps, 'db'>,
  user: UserRow,
  written: readonly Pick<PostPictureRow, 'id' | 'alt' | 'caption'>[],
): Promise<void> {
  const given = new Map(written.filter(isDescribed).map((one) => [one.id, one]));
  if (given.size === 0) return;
  for (const { id, alt, caption } of await store.listTexts(db, user.id, [...given.keys()])) {
    const next = given.get(id);
    if (!next || (next.alt === alt && next.caption === caption)) continue;
    await store.updatePostPicture(db, id, { alt: next.alt, caption: next.caption });
  }
}

const isDescribed = ({ alt, caption }: Pick<PostPictureRow, 'alt' | 'caption'>) =>
  alt + caption !== '' &&
  [alt, caption].every((text) => Array.from(text).length <= PICTURE_TEXT_MAX);

/** Deletes a picture with its files. Throws 404, and 409 while a post or a draft uses it. */
export async function deletePostPicture(
  ctx: LedgerDeps,
  viewer: UserRow,
  id: number,
): Promise<void> {
  const { key, user_id: userId } = await getPostPicture(ctx, viewer, id);
  const picture = { kind: 'post', key, userId } as const;
  await transact(ctx.db, async (trx) => {
    await lockPictureKey(trx, userId);
    if (!(await store.lockPostPicture(trx, id))) throw pictureNotFound();
    if (await store.isUsed(trx, id)) {
      throw new HttpError(409, 'A post or draft uses this picture. Remove it there first.');
    }
    const now = micros(ctx.clock);
    await release(trx, picture);
    await doom(trx, { ...picture, now, dueAt: now });
  });
  await collectDoomed(ctx, [picture]);
}

/** Who may fetch a picture's files: everybody; not everybody, but this viewer; or neither. */
type Reach = 'everybody' | 'viewer' | 'nobody';

/** For the picture with this key. `findViewer` is only asked if not everybody may. */
export async function reachOf(
  { db }: Pick<LedgerDeps, 'db'>,
  key: string,
  findViewer: () => Promise<Viewer>,
): Promise<Reach> {
  const anybody = await store.findShown(db, key, visibleTo(null));
  if (!anybody) return 'nobody';
  if (can(null, 'read', { kind: 'picture', ...anybody })) return 'everybody';
  const viewer = await findViewer();
  const found = viewer && (await store.findShown(db, key, visibleTo(viewer)));
  return found && can(viewer, 'read', { kind: 'picture', ...found }) ? 'viewer' : 'nobody';
}
