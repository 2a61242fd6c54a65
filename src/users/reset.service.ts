import { hashPassword } from '../auth/passwords.ts';
import { findAccount } from '../auth/viewer.ts';
import { hashSecretToken, newSecretToken } from '../auth/tokens.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import { micros } from '../db/time.ts';
import type { UserRow } from '../db/schema.ts';
import { emailKey } from '../unicode/email-address.ts';
import { transact } from '../db/transact.ts';
import { HttpError, TooManyRequests } from '../errors.ts';
import { hashedKey, networkOf } from '../rate-limits/rate-limits.ts';
import { readSite } from '../settings/site.ts';
import type { Mail } from '../mail/mailer.ts';
import { resetMail } from '../mail/messages.ts';
import { greetingFor } from './greeting.ts';
import * as tokens from './reset-tokens.store.ts';
import * as store from './users.store.ts';

/**
 * A link that sets a new password once; it replaces any earlier link. Throws 409 if the account has
 * changed its address or was deleted since `user` was read.
 */
export async function newResetLink(ctx: Context, user: UserRow): Promise<string> {
  const { token, hash } = newSecretToken();
  const minutes = ctx.config.RESET_TOKEN_EXPIRE_MINUTES;
  const expires = micros(ctx.clock) + minutes * 60 * 1_000_000;
  const row = { token_hash: hash, user_id: user.id, expires_at: expires };
  const stored = await transact(ctx.db, (trx) => tokens.putResetToken(trx, row, user.email));
  if (!stored) throw new HttpError(409, 'The address of this account has just changed');
  return `${ctx.config.FRONTEND_URL}/reset-password?token=${token}`;
}

/**
 * The same, made by an owner for somebody else. Every page tells that person about it until they
 * confirm having read it. `first` runs in the same transaction.
 */
export async function newResetLinkFor(
  ctx: Context,
  user: UserRow,
  first: (trx: Transaction) => Promise<void>,
): Promise<string> {
  await transact(ctx.db, async (trx) => {
    await first(trx);
    await store.updateUser(trx, user.id, { reset_link_at: micros(ctx.clock) });
  });
  return newResetLink(ctx, user);
}

/** Records that somebody has read that an owner made a reset link for them. */
export async function readResetNotice(ctx: Context, userId: number): Promise<void> {
  await transact(ctx.db, (trx) => store.updateUser(trx, userId, { reset_link_at: null }));
}

/** The kind of mail that brings a reset link. */
export const RESET_MAIL = 'reset';

/**
 * Queues a reset mail if an account has this e-mail; neither the answer nor its time reveals that.
 * After ten in an hour for one e-mail it queues no more, so that nobody fills the mailbox of somebody else; the newest
 * link still works. Throws 429 after too many requests from this IP address.
 */
export async function requestResetMail(
  ctx: Context,
  email: string,
  address: string,
): Promise<void> {
  await ctx.limits.resetMails.take(networkOf(address));
  const user = await store.findUserByEmail(ctx.db, email);
  try {
    await ctx.limits.resetMailsTo.take(hashedKey(emailKey(email)));
  } catch (error) {
    if (error instanceof TooManyRequests) return;
    throw error;
  }
  await ctx.mail.queue.add({ kind: RESET_MAIL, userId: user?.id ?? null });
}

/** The mail with a new reset link for this user; undefined if the account is gone. */
export async function writeResetMail(ctx: Context, userId: number): Promise<Mail | undefined> {
  const user = await findAccount(ctx, userId);
  if (!user) return undefined;
  const message = resetMail({
    siteName: (await readSite(ctx)).name,
    greeting: greetingFor(user),
    link: await newResetLink(ctx, user),
    minutes: ctx.config.RESET_TOKEN_EXPIRE_MINUTES,
  });
  return { to: user.email, ...message };
}

/** Whether a mailed token can still set a password. */
export async function isResetTokenAlive(ctx: Context, token: string): Promise<boolean> {
  const userId = await tokens.findResetToken(ctx.db, hashSecretToken(token), micros(ctx.clock));
  return userId !== undefined;
}

/**
 * Sets a new password with a mailed token, which can be used once; ends all sessions and tokens.
 * Throws 400 for a token that is unknown, used or expired.
 */
export async function resetPassword(
  ctx: Context,
  token: string,
  newPassword: string,
): Promise<UserRow> {
  const hash = hashSecretToken(token);
  const invalid = () => new HttpError(400, 'Invalid or expired reset token');
  // Checked first, so that a wrong token costs no password hash.
  if (!(await isResetTokenAlive(ctx, token))) throw invalid();
  const passwordHash = await hashPassword(newPassword);
  return transact(ctx.db, async (trx) => {
    const now = micros(ctx.clock);
    const userId = await tokens.findResetToken(trx, hash, now);
    if (userId === undefined) throw invalid();
    // This locks the user's row, so of two requests with one token the second finds it gone.
    const user = await store.setPassword(trx, { userId, hash: passwordHash, byLink: true, now });
    if (!user || !(await tokens.takeResetToken(trx, hash))) throw invalid();
    await store.revokeCredentials(trx, userId);
    return user;
  });
}
