import { authorize } from '../auth/policy.ts';
import { findAccount, lockAccount } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { UserRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import { logDeed } from '../moderation/log.service.ts';
import * as store from './users.store.ts';

/** 403: the password was right, but the account is suspended. */
export class AccountSuspended extends HttpError {
  /** Its end in microseconds, or null, and the reason as whoever suspended it wrote it. */
  readonly suspension: Pick<UserRow, 'suspended_until' | 'state_reason'>;

  constructor(user: UserRow) {
    super(403, 'Account suspended');
    this.name = 'AccountSuspended';
    this.suspension = user;
  }
}

/** The suspended account without its suspension, if that is over. Throws AccountSuspended. */
export async function liftOrRefuse(ctx: Context, user: UserRow): Promise<UserRow> {
  await store.liftSuspensions(ctx.db, micros(ctx.clock), user.id);
  const current = await findAccount(ctx, user.id);
  if (!current || current.state === 'suspended') throw new AccountSuspended(user);
  return current;
}

/** Ends the suspensions that are over, and returns how many. */
export async function liftSuspensions({ db, clock }: Context): Promise<number> {
  return store.liftSuspensions(db, micros(clock));
}

/** How long a reason may be; code points. */
export const REASON_MAX = 500;

/** Also done in the transaction that suspends an account, or ends that. */
type AlsoSuspended = (trx: Transaction, id: number) => Promise<void>;

/**
 * Suspends an active account of a lower role, until a time (microseconds) or for good, and ends its
 * sessions, tokens and mailed links. Throws 403, also if the actor's role has just ended, 404, and 400
 * for an account that is not active.
 */
export async function suspend(
  ctx: Context,
  given: { actor: UserRow; id: number; until: number | null; reason: string },
  also?: AlsoSuspended,
): Promise<void> {
  const { actor, id, until, reason } = given;
  await transact(ctx.db, async (trx) => {
    const account = await lockToSuspend(trx, actor, id);
    if (account.state !== 'active') throw new HttpError(400, `${account.username} is not active`);
    await store.suspend(trx, id, { suspended_until: until, state_reason: reason });
    await store.revokeCredentials(trx, id);
    await also?.(trx, id);
    await logDeed(trx, ctx.clock, { actorId: actor.id, action: 'suspended', userId: id, reason });
  });
}

/** Ends a suspension. Throws 403, 404, and 400 for an account that is not suspended. */
export async function endSuspension(
  ctx: Context,
  actor: UserRow,
  id: number,
  also?: AlsoSuspended,
): Promise<void> {
  await transact(ctx.db, async (trx) => {
    const account = await lockToSuspend(trx, actor, id);
    if (account.state !== 'suspended') {
      throw new HttpError(400, `${account.username} is not suspended`);
    }
    await store.endSuspension(trx, id);
    await also?.(trx, id);
    await logDeed(trx, ctx.clock, { actorId: actor.id, action: 'suspension ended', userId: id });
  });
}

/** The account, locked, if the actor may suspend it at this moment. Throws 404, 403. */
async function lockToSuspend(trx: Transaction, actor: UserRow, id: number): Promise<UserRow> {
  const account = await store.lockForUpdate(trx, id);
  if (!account) throw new HttpError(404, 'User not found');
  const subject = { kind: 'account', id, role: account.role } as const;
  const current = (await lockAccount(trx, actor.id)) ?? null;
  authorize(current, 'suspend', subject, 'Not authorized to suspend this account');
  return account;
}
