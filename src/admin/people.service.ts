import { authorize } from '../auth/policy.ts';
import { lockAccount } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import { logDeed } from '../moderation/log.service.ts';
import { nameKey } from '../unicode/case-fold.ts';
import { newResetLinkFor } from '../users/reset.service.ts';
import { deleteUser, getUser } from '../users/users.service.ts';
import * as store from './people.store.ts';
import type { PersonRow } from './people.store.ts';

export type { PersonRow } from './people.store.ts';

export const PEOPLE_PAGE = 50;

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

/** Up to 200 who wait for approval, the first first. */
export async function listWaiting({ db }: Context): Promise<PersonRow[]> {
  return store.listWaiting(db, 200);
}

/** Throws 404. */
export async function getPerson({ db }: Context, id: number): Promise<PersonRow> {
  const person = await store.findPerson(db, id);
  if (!person) throw new HttpError(404, 'User not found');
  return person;
}

/** Deletes an account of a lower role with all that is its owner's, as they could. Throws 403, 404. */
export async function removeAccount(ctx: Context, actor: UserRow, id: number): Promise<void> {
  await deleteUser(ctx, id, async (trx) => {
    const account = await lockAccount(trx, id);
    if (!account) throw new HttpError(404, 'User not found');
    const subject = { kind: 'account', id, role: account.role } as const;
    authorize(actor, 'remove', subject, 'Not authorized to delete this account');
    await logDeed(trx, ctx.clock, { actorId: actor.id, action: 'account deleted', userId: id });
  });
}

/** A link to hand over, with which somebody of a lower role sets a new password. Throws 403, 404. */
export async function resetLinkFor(ctx: Context, actor: UserRow, id: number): Promise<string> {
  const user = await getUser(ctx, id);
  const subject = { kind: 'account', id, role: user.role } as const;
  authorize(actor, 'reset-password', subject, 'Only owners make reset links, and none for owners');
  return newResetLinkFor(ctx, user, (trx) =>
    logDeed(trx, ctx.clock, { actorId: actor.id, action: 'reset link made', userId: id }),
  );
}
