import { hashPassword, verifyPassword } from '../auth/passwords.ts';
import type { Context } from '../context.ts';
import { micros } from '../db/time.ts';
import type { UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import { emailKey } from '../unicode/email-address.ts';
import { accountFrom } from '../rate-limits/rate-limits.ts';
import { liftOrRefuse } from './suspension.service.ts';
import * as store from './users.store.ts';

/** A password that was typed at this IP address. */
export interface TypedPassword {
  password: string;
  address: string;
}

/**
 * The account with this e-mail and password, or null; both cost the same. Throws AccountSuspended,
 * and 429 after too many wrong passwords from this IP address.
 */
export async function logIn(
  ctx: Context,
  { email, ...typed }: TypedPassword & { email: string },
): Promise<UserRow | null> {
  const user = await store.findUserByEmail(ctx.db, email);
  const account = user?.email_key ?? emailKey(email);
  if (!(await isRight(ctx, { user, account, ...typed })) || !user) return null;
  return user.state === 'suspended' ? liftOrRefuse(ctx, user) : user;
}

/**
 * Throws 400 for the field `current_password` unless this is the user's password, and 429 as a
 * login does.
 */
export async function requirePassword(
  ctx: Context,
  user: UserRow,
  typed: TypedPassword,
): Promise<void> {
  if (!(await isRight(ctx, { user, account: user.email_key, ...typed }))) throw wrongPassword();
}

/**
 * Changes the password and ends all sessions, tokens and mailed links. Throws 400 if `current` is
 * not the password, and 429 as a login does.
 */
export async function changePassword(
  ctx: Context,
  user: UserRow,
  { current, next, address }: { current: string; next: string; address: string },
): Promise<UserRow> {
  await requirePassword(ctx, user, { password: current, address });
  const hash = await hashPassword(next);
  return transact(ctx.db, async (trx) => {
    const now = micros(ctx.clock);
    const change = { userId: user.id, hash, tokenVersion: user.token_version, now };
    const changed = await store.setPassword(trx, change);
    // The password was changed meanwhile.
    if (!changed) throw wrongPassword();
    await store.revokeCredentials(trx, user.id);
    return changed;
  });
}

/**
 * Whether a password is right, unless too many were wrong; every check of a password uses this. The
 * limit is checked again at the end: of a thousand guesses sent at once, all but the first ten get
 * the same answer, the right one included.
 */
async function isRight(
  ctx: Context,
  guess: TypedPassword & { user: UserRow | undefined; account: string },
): Promise<boolean> {
  const { user, password } = guess;
  const { failedLogins } = ctx.limits;
  const key = accountFrom(guess.address, guess.account);
  await failedLogins.check(key);
  const verdict = await verifyPassword(user?.password_hash, password);
  if (!user || verdict === 'wrong') {
    await failedLogins.take(key);
    return false;
  }
  await failedLogins.check(key);
  await failedLogins.forget(key);
  if (verdict === 'outdated') await store.rehash(ctx.db, user, await hashPassword(password));
  return true;
}

/** The error for a wrong current password. */
export const wrongPassword = () =>
  new HttpError(400, 'Current password is incorrect', { field: 'current_password' });
