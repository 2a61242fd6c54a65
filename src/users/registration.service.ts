import type { Context } from '../context.ts';
import type { UserRow } from '../db/schema.ts';
import { HttpError } from '../errors.ts';
import { findInvitation, takeInvitation } from '../invitations/invitations.service.ts';
import { addNoticeForEditors } from '../notices/notices.service.ts';
import { networkOf } from '../rate-limits/rate-limits.ts';
import { readSite } from '../settings/site.ts';
import type { UserCreate } from './user.ts';
import { createUser } from './users.service.ts';

/**
 * Registration from an IP address. An invitation is valid in every mode but `closed`; one use is
 * taken in the transaction that makes the account. Throws 403 if they may not register, 429 at the
 * limit, and as createUser.
 */
export async function register(
  ctx: Context,
  { invitation, ...given }: UserCreate,
  address: string,
): Promise<UserRow> {
  const { registration } = await readSite(ctx);
  const token = invitation ?? '';
  if (registration === 'closed' || (registration === 'invite' && token === '')) {
    throw new HttpError(403, 'Registration is closed');
  }
  // Checked first, so that a guess costs no password hash.
  if (token !== '') await findInvitation(ctx, token);
  await ctx.limits.registrations.take(networkOf(address));
  return createUser(ctx, given, {
    first: async (trx) => {
      if (token === '') return registration === 'approval' ? { state: 'waiting' } : {};
      const { id, role } = await takeInvitation(trx, ctx.clock, token);
      return { role, invitation_id: id };
    },
    after: async (trx, { id: actorId, state }) => {
      if (state === 'waiting')
        await addNoticeForEditors(trx, ctx.clock, { kind: 'waiting', actorId });
    },
  });
}
