import { authorize } from '../auth/policy.ts';
import type { Context } from '../context.ts';
import type { Role, UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import type { Transaction } from '../db/database.ts';
import { HttpError } from '../errors.ts';
import { nameKey } from '../unicode/case-fold.ts';
import * as store from './roles.store.ts';
import { findByKey } from './users.store.ts';

export const ROLES: readonly Role[] = ['owner', 'editor', 'member', 'reader'];

/** The role of this name; undefined if there is none. */
export function readRole(name: string): Role | undefined {
  return ROLES.find((role) => role === name);
}

/**
 * Gives an account a role, in the name of `actor`, or of the host with null; then a new owner is also
 * active. `step` runs in the same transaction. Throws 403 unless the actor is an owner at that
 * moment, 404, and 400 if the blog would have no owner any more or the account is not active.
 */
export async function changeRole(
  { db }: Context,
  change: { actor: UserRow | null; id: number; role: Role },
  step?: (trx: Transaction, before: UserRow) => Promise<void>,
): Promise<UserRow> {
  const { actor, id, role } = change;
  return transact(db, async (trx) => {
    const locked = await store.lockOwnersAnd(trx, id);
    const account = locked.find((one) => one.id === id);
    if (!account) throw new HttpError(404, 'User not found');
    if (actor) {
      const current = locked.find((one) => one.id === actor.id) ?? null;
      const subject = { kind: 'account', id, role: account.role } as const;
      authorize(current, 'change-role', subject, 'Only owners may change roles');
      if (account.state !== 'active' && ['owner', 'editor'].includes(role)) {
        throw new HttpError(400, `${account.username} is not active`);
      }
    }
    if (role !== 'owner' && isLastOwner(locked, id)) {
      const only = `${account.username} is the only owner. Make somebody else an owner first.`;
      throw new HttpError(400, only);
    }
    await step?.(trx, account);
    return store.setRole(trx, id, { role, active: actor === null && role === 'owner' });
  });
}

/** Whether the blog has no other owner who can act. */
export async function isOnlyOwner({ db }: Context, user: UserRow): Promise<boolean> {
  return user.role === 'owner' && !(await store.hasOwner(db, user.id));
}

/**
 * For the transaction in which owners delete their own account: makes the active account of this
 * name an owner. Throws 400 for the field `successor` unless another owner stays, or `without` says
 * that none is wanted.
 */
export async function nameSuccessor(
  trx: Transaction,
  user: UserRow,
  { successor, without }: { successor: string; without: boolean },
): Promise<void> {
  const id =
    successor === '' ? undefined : await findByKey(trx, 'username_key', nameKey(successor));
  const locked = await store.lockOwnersAnd(trx, id ?? user.id);
  const next = locked.find((one) => one.id === id && one.id !== user.id && one.state === 'active');
  if (successor !== '' && !next) {
    throw refuse('No active account has this name.');
  }
  if (next) await store.setRole(trx, next.id, { role: 'owner' });
  else if (!without && isLastOwner(locked, user.id)) {
    throw refuse(
      'You are the only owner. Name somebody who becomes one, or leave the blog without.',
    );
  }
}

const refuse = (message: string) => new HttpError(400, message, { field: 'successor' });

/** `locked`: all owners. */
function isLastOwner(locked: UserRow[], id: number): boolean {
  const owners = locked.filter(({ role, state }) => role === 'owner' && state === 'active');
  return owners.some((one) => one.id === id) && owners.length === 1;
}
