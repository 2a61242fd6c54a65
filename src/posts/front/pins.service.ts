import { authorize, type Viewer, visibleTo } from '../../auth/policy.ts';
import { lockAccount } from '../../auth/viewer.ts';
import type { Context } from '../../context.ts';
import type { Transaction } from '../../db/database.ts';
import { isUniqueViolation } from '../../db/errors.ts';
import type { UserRow } from '../../db/schema.ts';
import { micros } from '../../db/time.ts';
import { transact } from '../../db/transact.ts';
import { HttpError, Unavailable } from '../../errors.ts';
import { logDeed } from '../../moderation/log.service.ts';
import { shownTitle, type PostHead } from '../post.ts';
import { getPost } from '../posts.service.ts';
import * as store from './pins.store.ts';

const PLACES = [1, 2, 3];
/** Each failed attempt lost a place to somebody else, so after this many no place can be left. */
const ATTEMPTS = PLACES.length + 1;

/** The pinned posts that `viewer` may read, last pinned first. */
export async function getPinned({ db }: Pick<Context, 'db'>, viewer: Viewer): Promise<PostHead[]> {
  return store.listPinned(db, visibleTo(viewer));
}

/** Whether a post is pinned, also while nobody may read it. */
export async function isPinned({ db }: Pick<Context, 'db'>, postId: number): Promise<boolean> {
  return store.isPinned(db, postId);
}

/**
 * Pins a post to the top of the front page; does nothing if it is pinned already. Throws 403, 404
 * if `viewer` may not read it, and 409 if there is no room.
 */
export async function pinPost(ctx: Context, viewer: UserRow, id: number): Promise<void> {
  authorizePinning(viewer);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const post = await getPost(ctx, viewer, id);
    try {
      await transact(ctx.db, async (trx) => {
        authorizePinning(await lockAccount(trx, viewer.id));
        if (await store.isPinned(trx, id)) return;
        const pin = { place: await freePlace(trx), post_id: id, pinned_at: micros(ctx.clock) };
        await store.insertPin(trx, pin);
        const deed = {
          actorId: viewer.id,
          action: 'post pinned',
          userId: post.user_id,
          postId: id,
        } as const;
        await logDeed(trx, ctx.clock, deed);
      });
      return;
    } catch (error) {
      // Somebody else has pinned at the same time.
      if (isUniqueViolation(error)) continue;
      // The post may have been deleted in this moment.
      await getPost(ctx, viewer, id);
      throw error;
    }
  }
  throw new Unavailable('Too many are pinning posts at once');
}

/** Unpins a post; does nothing if it is not pinned. Throws 403, and 404 if `viewer` may not read it. */
export async function unpinPost(ctx: Context, viewer: UserRow, id: number): Promise<void> {
  authorizePinning(viewer);
  const post = await getPost(ctx, viewer, id);
  await transact(ctx.db, async (trx) => {
    authorizePinning(await lockAccount(trx, viewer.id));
    if (!(await store.deletePin(trx, id))) return;
    const deed = {
      actorId: viewer.id,
      action: 'post unpinned',
      userId: post.user_id,
      postId: id,
    } as const;
    await logDeed(trx, ctx.clock, deed);
  });
}

function authorizePinning(viewer: Viewer | undefined): void {
  authorize(viewer ?? null, 'pin', { kind: 'blog' }, 'Not authorized to pin posts');
}

/** A free place for one more post; a pinned post that nobody can see any more loses its place. */
async function freePlace(trx: Transaction): Promise<number> {
  const taken = await store.listPlaces(trx);
  const free = PLACES.find((place) => !taken.some((one) => one.place === place));
  if (free !== undefined) return free;
  const unseen = taken.find(({ state }) => state !== 'published');
  if (!unseen) throw new HttpError(409, noRoom(taken.map(shownTitle)));
  await store.deletePin(trx, unseen.id);
  return unseen.place;
}

function noRoom(titles: string[]): string {
  const list = new Intl.ListFormat('en').format(titles.map((title) => `“${title}”`));
  return `Three posts are pinned already: ${list}. Unpin one of them first.`;
}
