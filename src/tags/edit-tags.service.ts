import { authorize, type Viewer } from '../auth/policy.ts';
import { lockAccount } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import { isUniqueViolation } from '../db/errors.ts';
import type { TagRow, UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import { logDeed } from '../moderation/log.service.ts';
import { cleanTag, tagKey } from '../unicode/tag-name.ts';
import * as store from './tags.store.ts';

export const tagNotFound = () => new HttpError(404, 'Tag not found');

const authorizeEditing = (viewer: Viewer | undefined) =>
  authorize(viewer ?? null, 'moderate', { kind: 'blog' }, 'Not authorized to edit tags');

/**
 * Renames a tag; `name` must be valid. From then on the old name leads to the new one. Throws 403,
 * 404 if it is gone, 409 if the name is another tag's.
 */
export async function renameTag(
  ctx: Context,
  viewer: UserRow,
  { id }: Pick<TagRow, 'id'>,
  to: string,
): Promise<TagRow> {
  authorizeEditing(viewer);
  const name = cleanTag(to);
  const rename = () =>
    transact(ctx.db, (trx) => giveName(ctx, trx, { viewer, id, name, key: tagKey(name) }));
  try {
    return await rename();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Another tag got this name at the same time; a second attempt finds it and answers 409.
    return await rename();
  }
}

async function giveName(
  { clock }: Context,
  trx: Transaction,
  { viewer, ...to }: { viewer: UserRow } & TagRow,
): Promise<TagRow> {
  authorizeEditing(await lockAccount(trx, viewer.id));
  const tag = await store.lockTagForChange(trx, to.id);
  if (!tag) throw tagNotFound();
  const other = await store.findTag(trx, to.key);
  if (other && other.id !== to.id) {
    const detail = `“${other.name}” is a tag already. You can merge this one into it.`;
    throw new HttpError(409, detail, { field: 'name' });
  }
  await store.renameTag(trx, tag, { name: to.name, key: to.key });
  const reason = `${tag.name} → ${to.name}`;
  await logDeed(trx, clock, { actorId: viewer.id, action: 'tag renamed', reason });
  return to;
}

/**
 * Moves the posts of a tag to another one, to which its name leads from then on. Throws 403, 404
 * if it is gone, 422 unless the name is that of another tag.
 */
export async function mergeTag(
  ctx: Context,
  viewer: UserRow,
  { id }: Pick<TagRow, 'id'>,
  into: string,
): Promise<TagRow> {
  authorizeEditing(viewer);
  return transact(ctx.db, async (trx) => {
    authorizeEditing(await lockAccount(trx, viewer.id));
    const found = await store.findTag(trx, tagKey(into));
    if (!found) throw new HttpError(422, 'There is no tag of this name.', { field: 'into' });
    if (found.id === id) {
      throw new HttpError(422, 'Choose another tag than this one.', { field: 'into' });
    }
    const [first, second] = [id, found.id].toSorted((a, b) => a - b);
    const locked = [
      await store.lockTagForChange(trx, first ?? 0),
      await store.lockTagForChange(trx, second ?? 0),
    ];
    const [tag, target] = [id, found.id].map((one) => locked.find((row) => row?.id === one));
    if (!tag || !target) throw tagNotFound();
    await store.mergeTag(trx, tag, target);
    const reason = `${tag.name} → ${target.name}`;
    await logDeed(trx, ctx.clock, { actorId: viewer.id, action: 'tags merged', reason });
    return target;
  });
}
