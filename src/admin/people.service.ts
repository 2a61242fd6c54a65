import { authorize, can } from '../auth/policy.ts';
import { lockAccount } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import { logDeed } from '../moderation/log.service.ts';
import { handOverPosts, restorePostsOf } from '../posts/moderate/moderating.service.ts';
import { indexAgain } from '../posts/writing/texts.service.ts';
import { nameKey } from '../unicode/case-fold.ts';
import { newResetLinkFor } from '../users/reset.service.ts';
import { deleteUser, findUserNamed, getUser } from '../users/users.service.ts';
import * as store from './people.store.ts';
import type { PersonRow } from './people.store.ts';

export type { PersonRow } from './people.store.ts';

const PEOPLE_PAGE = 50;

/** A page of people, newest first, or those whose name begins with `find`; `next`: of the next page. */
export async function listPeople(
  { db }: Context,
  { find, before = Number.MAX_SAFE_INTEGER }: { find: string; before?: number | undefined },
): Promise<{ people: PersonRow[]; next: number | undefined }> {
  const key = find.trim() === '' ? '' : nameKey(find);
  const found = await store.listPeople(db, { key, before, limit: PEOPLE_PAGE + 1 });
  const people = found.slice(0, PEOPLE_PAGE);
  return { people, next: found.length > PEOPLE_PAGE && key === '' ? people.at(-1)?.id : undefined };
}

/** Up to 200 people who wait for approval, longest first. */
export async function listWaiting({ db }: Context): Promise<PersonRow[]> {
  return store.listWaiting(db, 200);
}

/** Throws 404. */
export async function getPerson({ db }: Context, id: number): Promise<PersonRow> {
  const person = await store.findPerson(db, id);
  if (!person) throw new HttpError(404, 'User not found');
  return person;
}

/** What is deleted with an account, in numbers. */
export type Belongings = Awaited<ReturnType<typeof store.countBelongings>>;

/** How much of each kind is deleted with an account. */
export async function countBelongings({ db }: Context, id: number): Promise<Belongings> {
  return store.countBelongings(db, id);
}

/**
 * Deletes an account of a lower role with everything of this person: posts, comments, pictures, drafts.
 * Throws 403, 404.
 */
export async function removeEverything(
  ctx: Context,
  { actor, id }: { actor: UserRow; id: number },
): Promise<void> {
  await deleteUser(ctx, id, async (trx) => {
    await lockToRemove(trx, actor, id);
    const deed = { actorId: actor.id, action: 'everything removed', userId: id } as const;
    await logDeed(trx, ctx.clock, deed);
  });
}

/**
 * Deletes an account of a lower role, and gives its published posts with their pictures and published
 * texts to the account named `to`, which must be able to write. Throws 403, 404, and 400 for the field
 * `to`.
 */
export async function removeAndHandOver(
  ctx: Context,
  { actor, id, to }: { actor: UserRow; id: number; to: string },
): Promise<void> {
  const heirId = await findUserNamed(ctx, to);
  let handed: number[] = [];
  await deleteUser(ctx, id, async (trx) => {
    const locked = await store.lockBoth(trx, [id, heirId ?? id]);
    const account = await lockToRemove(trx, actor, id);
    const heir = locked.find((one) => one.id === heirId);
    if (!heir || heir.id === id || !can(heir, 'write', { kind: 'blog' })) {
      throw new HttpError(400, 'No other active member has this name.', { field: 'to' });
    }
    await restorePostsOf(trx, account.id);
    handed = await handOverPosts(trx, { from: id, to: heir.id });
    const about = { actorId: actor.id, userId: id };
    const over = { ...about, action: 'posts handed over', toUserId: heir.id } as const;
    await logDeed(trx, ctx.clock, over);
    await logDeed(trx, ctx.clock, { ...about, action: 'account deleted' });
  });
  await indexAgain(ctx, handed);
}

/** The account, if the actor may remove it at this moment. Throws 404, 403. */
async function lockToRemove(trx: Transaction, actor: UserRow, id: number): Promise<UserRow> {
  const account = await lockAccount(trx, id);
  if (!account) throw new HttpError(404, 'User not found');
  const subject = { kind: 'account', id, role: account.role } as const;
  const current = (await lockAccount(trx, actor.id)) ?? null;
  authorize(current, 'remove', subject, 'Not authorized to delete this account');
  return account;
}

/** A link to hand over, with which somebody of a lower role sets a new password. Throws 403, 404. */
export async function resetLinkFor(ctx: Context, actor: UserRow, id: number): Promise<string> {
  const user = await getUser(ctx, id);
  return newResetLinkFor(ctx, user, async (trx) => {
    const { role } = (await lockAccount(trx, id)) ?? user;
    const subject = { kind: 'account', id, role } as const;
    const current = (await lockAccount(trx, actor.id)) ?? null;
    const refused = 'Only owners make reset links, and none for owners';
    authorize(current, 'reset-password', subject, refused);
    await logDeed(trx, ctx.clock, { actorId: actor.id, action: 'reset link made', userId: id });
  });
}
