import { findAccount } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { UserRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { HttpError } from '../errors.ts';
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
