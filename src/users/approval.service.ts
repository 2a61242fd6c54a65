import { authorize } from '../auth/policy.ts';
import { findAccount, lockAccount } from '../auth/viewer.ts';
import type { Context } from '../context.ts';
import type { UserRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import type { Mail } from '../mail/mailer.ts';
import { approvedMail, declinedMail } from '../mail/messages.ts';
import { logDeed } from '../moderation/log.service.ts';
import { readSite } from '../settings/site.ts';
import { greetingFor } from './greeting.ts';
import * as store from './roles.store.ts';

/** The kind of mail that tells whether an account was approved. */
export const APPROVAL_MAIL = 'approval';

/**
 * Lets a waiting account in, or with `declined` says why not; then it keeps waiting and its owner
 * reads these words. Throws 403, and 404 unless the account waits.
 */
export async function decide(
  ctx: Context,
  { actor, id, declined }: { actor: UserRow; id: number; declined?: string },
): Promise<void> {
  await transact(ctx.db, async (trx) => {
    const current = (await lockAccount(trx, actor.id)) ?? null;
    authorize(current, 'moderate', { kind: 'blog' }, 'Only owners and editors approve accounts');
    const state = declined === undefined ? 'active' : 'waiting';
    if (!(await store.decide(trx, id, { state, state_reason: declined ?? null }))) {
      throw new HttpError(404, 'This account is not waiting for approval');
    }
    const action = declined === undefined ? 'approved' : 'declined';
    await logDeed(trx, ctx.clock, {
      actorId: actor.id,
      action,
      userId: id,
      reason: declined ?? '',
    });
    if (ctx.mail.mailer.enabled) await ctx.mail.queue.add({ kind: APPROVAL_MAIL, userId: id }, trx);
  });
  ctx.mail.queue.wake();
}

/** The mail about the decision as it is now; undefined if the account is gone. */
export async function writeApprovalMail(ctx: Context, userId: number): Promise<Mail | undefined> {
  const user = await findAccount(ctx, userId);
  if (!user) return undefined;
  const about = { siteName: (await readSite(ctx)).name, greeting: greetingFor(user) };
  const link = `${ctx.config.FRONTEND_URL}/login`;
  const message =
    user.state === 'active'
      ? approvedMail({ ...about, link })
      : declinedMail({ ...about, reason: user.state_reason ?? '' });
  return { to: user.email, ...message };
}
