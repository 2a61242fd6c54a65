import { findAccount } from '../auth/viewer.ts';
import { hashSecretToken, newSecretToken } from '../auth/tokens.ts';
import type { Context } from '../context.ts';
import { micros } from '../db/time.ts';
import type { Transaction } from '../db/database.ts';
import type { UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import type { Mail } from '../mail/mailer.ts';
import { emailChangedMail, emailChangeMail, emailChangingMail } from '../mail/messages.ts';
import { hashedKey } from '../rate-limits/rate-limits.ts';
import { readSite } from '../settings/site.ts';
import { emailKey } from '../unicode/email-address.ts';
import * as store from './email-changes.store.ts';
import { greetingFor } from './greeting.ts';
import { requirePassword, type TypedPassword, wrongPassword } from './passwords.service.ts';
import type { UserUpdate } from './user.ts';
import { assertFree, updateUser } from './users.service.ts';
import { lockForUpdate } from './users.store.ts';

/** Life of a link, from when its mail is sent; minutes. */
const LIFE_MINUTES = 24 * 60;

/** The kind of mail to a new address, with the link that confirms it. */
export const EMAIL_CHANGE_MAIL = 'email-change';
/** The kind of mail that tells the old address. */
export const EMAIL_NOTICE = 'email-notice';

/**
 * Changes the name and address of somebody on the account page. A new address needs the password, and the old one is
 * told. With a mail server it takes effect once it is confirmed (`confirm`), else at once. Throws 400 when name or
 * address is another's or the password is wrong, and 429 after too many wrong passwords, changes or mails to the new
 * address.
 */
export async function updateProfile(
  ctx: Context,
  user: UserRow,
  change: UserUpdate,
  typed: TypedPassword,
): Promise<'done' | 'confirm'> {
  const email = change.email?.toLowerCase() ?? user.email;
  if (email === user.email) {
    await updateUser(ctx, user.id, change);
    return 'done';
  }
  if (typed.password === '') throw passwordMissing();
  await requirePassword(ctx, user, typed);
  await ctx.limits.emailChanges.take(String(user.id));
  const tellOldAddress = async (trx: Transaction) => {
    await lockUnchanged(trx, user);
    await ctx.mail.queue.add({ kind: EMAIL_NOTICE, userId: user.id, address: user.email }, trx);
  };
  if (ctx.mail.mailer.enabled) {
    await assertFree(ctx, user, change);
    await ctx.limits.mailsToOthers.take(hashedKey(emailKey(email)));
    await updateUser(ctx, user.id, { username: change.username ?? null });
    await transact(ctx.db, async (trx) => {
      await tellOldAddress(trx);
      await store.putEmailChange(trx, { ...newToken(ctx).row, user_id: user.id, email });
      await ctx.mail.queue.add({ kind: EMAIL_CHANGE_MAIL, userId: user.id }, trx);
    });
  } else {
    await updateUser(ctx, user.id, change, { first: tellOldAddress });
  }
  ctx.mail.queue.wake();
  return ctx.mail.mailer.enabled ? 'confirm' : 'done';
}

/** Throws 400 unless the account still has the password and the address for which this was asked. */
async function lockUnchanged(trx: Transaction, user: UserRow): Promise<void> {
  const now = await lockForUpdate(trx, user.id);
  if (now?.token_version !== user.token_version) throw wrongPassword();
  if (now.email !== user.email) {
    throw new HttpError(409, 'The address of this account has just changed. Please look again.');
  }
}

const passwordMissing = () =>
  new HttpError(400, 'Please enter your current password to change the address.', {
    field: 'current_password',
  });

/** The token of a link, and how it is stored until the link expires. */
function newToken(ctx: Context): {
  token: string;
  row: { token_hash: string; expires_at: number };
} {
  const { token, hash } = newSecretToken();
  const expires = micros(ctx.clock) + LIFE_MINUTES * 60 * 1_000_000;
  return { token, row: { token_hash: hash, expires_at: expires } };
}

/** The mail with a new link to the pending address of this person; undefined when there is none any more. */
export async function writeEmailChangeMail(
  ctx: Context,
  userId: number,
): Promise<Mail | undefined> {
  const user = await findAccount(ctx, userId);
  if (!user) return undefined;
  const { token, row } = newToken(ctx);
  const to = await store.renewEmailChange(ctx.db, userId, row);
  if (to === undefined) return undefined;
  const message = emailChangeMail({
    siteName: (await readSite(ctx)).name,
    greeting: greetingFor({ ...user, email_confirmed_at: null }),
    link: `${ctx.config.FRONTEND_URL}/confirm-email?token=${token}`,
    minutes: LIFE_MINUTES,
  });
  return { to, ...message };
}

/** The mail to the address that an account has, or had; undefined when the account is gone. */
export async function writeEmailNotice(
  ctx: Context,
  { userId, address }: { userId: number; address: string },
): Promise<Mail | undefined> {
  const user = await findAccount(ctx, userId);
  if (!user) return undefined;
  const { FRONTEND_URL: url } = ctx.config;
  const { name: siteName } = await readSite(ctx);
  const message =
    user.email === address
      ? emailChangingMail({
          siteName,
          greeting: greetingFor(user),
          link: `${url}/forgot-password`,
        })
      : emailChangedMail({
          siteName,
          greeting: greetingFor({ ...user, email_confirmed_at: null }),
        });
  return { to: address, ...message };
}

/** What a mailed link would change. Throws 400 for a token that is unknown, used or expired. */
export async function findEmailChange(
  ctx: Context,
  token: string,
): Promise<{ user: UserRow; email: string }> {
  const found = await store.findEmailChange(ctx.db, hashSecretToken(token), micros(ctx.clock));
  const user = found && (await findAccount(ctx, found.user_id));
  if (!user) throw invalidLink();
  return { user, email: found.email };
}

/**
 * Makes the address of a mailed link the account's, which it confirms. Throws 400 for a token that is unknown, used
 * or expired, and when somebody else has taken the address meanwhile.
 */
export async function confirmEmailChange(ctx: Context, token: string): Promise<void> {
  const { user, email } = await findEmailChange(ctx, token);
  const first = async (trx: Transaction) => {
    // With the user's row locked, the second of two requests with one token finds it gone.
    await lockForUpdate(trx, user.id);
    if (!(await store.takeEmailChange(trx, hashSecretToken(token)))) throw invalidLink();
  };
  await updateUser(ctx, user.id, { email }, { first, confirmed: true });
}

const invalidLink = () => new HttpError(400, 'Invalid or expired link');

/** The address that a user has yet to confirm, and until when (microseconds). */
export async function findPendingEmail(
  ctx: Context,
  userId: number,
): Promise<{ email: string; expires_at: number } | undefined> {
  return store.findPendingEmail(ctx.db, userId, micros(ctx.clock));
}

/** Cancels the pending change of address, if there is one, and its link. */
export async function cancelEmailChange(ctx: Context, userId: number): Promise<void> {
  await store.deleteEmailChange(ctx.db, userId);
}
