import { authorize, type Viewer } from '../auth/policy.ts';
import { findAccount, lockAccount } from '../auth/viewer.ts';
import { hashSecretToken, newSecretToken } from '../auth/tokens.ts';
import type { Context } from '../context.ts';
import type { Transaction } from '../db/database.ts';
import type { InvitationRow, UserRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { transact } from '../db/transact.ts';
import { HttpError } from '../errors.ts';
import type { Mail } from '../mail/mailer.ts';
import { invitationMail } from '../mail/messages.ts';
import { logDeed } from '../moderation/log.service.ts';
import { hashedKey } from '../rate-limits/rate-limits.ts';
import { readSite } from '../settings/site.ts';
import { emailKey } from '../unicode/email-address.ts';
import { dateAndTimeText } from '../views/date.ts';
import * as store from './invitations.store.ts';

/** The kind of mail that brings an invitation. */
export const INVITATION_MAIL = 'invitation';

export const USES_MAX = 100;
export const DAYS_MAX = 90;
export const NOTE_MAX = 200;
/** 128 bits. */
const TOKEN_BYTES = 16;
const DAY = 24 * 60 * 60 * 1_000_000;

/** What an invitation gives, and for how long. */
export interface Terms {
  role: 'member' | 'reader';
  uses: number;
  days: number;
  note: string;
  /** the address that gets a link of its own by mail */
  mailTo?: string | undefined;
}

/** An invitation as editors and owners see it. */
export interface Invitation extends InvitationRow {
  /** null: that account is gone, which ended the invitation */
  maker: string | null;
  /** Who made an account with it. */
  guests: { id: number; username: string }[];
  /** paused: it works again once its maker is not suspended any more */
  state: 'open' | 'paused' | 'used' | 'expired' | 'revoked';
}

/**
 * Makes an invitation and returns its link, which is not stored. Throws 403, and 429 after ten that were mailed to
 * one address within an hour.
 */
export async function invite(ctx: Context, actor: UserRow, terms: Terms): Promise<string> {
  authorizeInviting(actor);
  if (terms.mailTo !== undefined) {
    await ctx.limits.mailsToOthers.take(hashedKey(emailKey(terms.mailTo)));
  }
  const { token, hash } = newSecretToken(TOKEN_BYTES);
  const now = micros(ctx.clock);
  await transact(ctx.db, async (trx) => {
    authorizeInviting(await lockAccount(trx, actor.id));
    await store.insertInvitation(trx, {
      token_hash: hash,
      made_by: actor.id,
      role: terms.role,
      note: terms.note,
      mailed_to: terms.mailTo ?? null,
      uses_left: terms.uses,
      created_at: now,
      expires_at: now + terms.days * DAY,
      revoked_at: null,
    });
    await logDeed(trx, ctx.clock, { actorId: actor.id, action: 'invited', reason: terms.note });
    if (terms.mailTo === undefined) return;
    const mail = { kind: INVITATION_MAIL, userId: actor.id, address: terms.mailTo };
    await ctx.mail.queue.add(mail, trx);
  });
  if (terms.mailTo !== undefined) ctx.mail.queue.wake();
  return `${ctx.config.FRONTEND_URL}/join/${token}`;
}

/**
 * The mail with a link for the newest open invitation that this person sends to this address;
 * undefined if there is none. Tokens are not stored, so this link differs from the one that was
 * shown.
 */
export async function writeInvitationMail(
  ctx: Context,
  { userId, address }: { userId: number; address: string },
): Promise<Mail | undefined> {
  const inviter = await findAccount(ctx, userId);
  const open = { madeBy: userId, address, now: micros(ctx.clock) };
  const invitation = inviter && (await store.findMailed(ctx.db, open));
  if (!invitation) return undefined;
  const { token, hash } = newSecretToken(TOKEN_BYTES);
  await store.putMailedHash(ctx.db, invitation.id, hash);
  const message = invitationMail({
    siteName: (await readSite(ctx)).name,
    greeting: 'Hi there,',
    inviter: inviter.username,
    link: `${ctx.config.FRONTEND_URL}/join/${token}`,
    until: dateAndTimeText(invitation.expires_at),
  });
  return { to: address, ...message };
}

/** The invitations; usable ones first. */
export async function listInvitations({ db, clock }: Context): Promise<Invitation[]> {
  const now = micros(clock);
  const rows = await store.listInvitations(db, now);
  const guests = await store.listGuests(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({
    ...row,
    guests: guests.filter((one) => one.invitation_id === row.id),
    state: stateOf(row, now),
  }));
}

/** Ends an invitation at once. Throws 403, 404. */
export async function revokeInvitation(ctx: Context, actor: UserRow, id: number): Promise<void> {
  authorizeInviting(actor);
  await transact(ctx.db, async (trx) => {
    authorizeInviting(await lockAccount(trx, actor.id));
    if (!(await store.revoke(trx, id, micros(ctx.clock)))) {
      throw new HttpError(404, 'Invitation not found');
    }
    await logDeed(trx, ctx.clock, { actorId: actor.id, action: 'invitation revoked' });
  });
}

function authorizeInviting(actor: Viewer | undefined): void {
  const refused = 'Only owners and editors invite people';
  authorize(actor ?? null, 'moderate', { kind: 'blog' }, refused);
}

/** The invitation with this token. Throws 403, the same for every reason that it cannot be used. */
export async function findInvitation(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  token: string,
): Promise<InvitationRow> {
  const found = await store.findUsable(db, hashSecretToken(token), micros(clock));
  if (!found) throw deadInvitation();
  return found;
}

/**
 * Takes one use in the transaction that makes the account. Throws 403 as findInvitation, also if
 * somebody else has just taken the last one.
 */
export async function takeInvitation(
  trx: Transaction,
  clock: () => number,
  token: string,
): Promise<InvitationRow> {
  const taken = await store.takeUse(trx, hashSecretToken(token), micros(clock));
  if (!taken) throw deadInvitation();
  return taken;
}

const deadInvitation = () => new HttpError(403, 'This invitation does not work');

function stateOf(
  row: Awaited<ReturnType<typeof store.listInvitations>>[number],
  now: number,
): Invitation['state'] {
  if (row.revoked_at !== null) return 'revoked';
  if (row.uses_left === 0) return 'used';
  if (row.expires_at <= now) return 'expired';
  if (row.maker_state === null) return 'revoked';
  return row.maker_state === 'active' ? 'open' : 'paused';
}
