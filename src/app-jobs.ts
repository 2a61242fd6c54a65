import { deleteExpiredSessions } from './auth/sessions.store.ts';
import { renderOutdatedComments } from './comments/rendered/rendered.service.ts';
import type { Context } from './context.ts';
import { micros } from './db/time.ts';
import type { TimedJob } from './jobs/timed-jobs.ts';
import { createDelivery, mailDay, type MailWriters } from './mail/delivery.ts';
import { deleteMailDays } from './mail/mails.store.ts';
import { INVITATION_MAIL, writeInvitationMail } from './invitations/invitations.service.ts';
import { sweep } from './pictures/sweeper.ts';
import { deleteUnusedPictures } from './pictures/posts/unused-pictures.service.ts';
import { restorePostsOfReturned } from './posts/moderate/moderating.service.ts';
import { renderMissingTexts } from './posts/writing/texts.service.ts';
import { publishDue } from './drafts/schedule/publish-due.service.ts';
import { deleteOldNotices } from './notices/reading.service.ts';
import { deleteExpiredLimits } from './rate-limits/rate-limits.store.ts';
import {
  EMAIL_CHANGE_MAIL,
  EMAIL_NOTICE,
  writeEmailChangeMail,
  writeEmailNotice,
} from './users/email-change.service.ts';
import { deleteExpiredEmailChanges } from './users/email-changes.store.ts';
import { liftSuspensions } from './users/suspension.service.ts';
import { APPROVAL_MAIL, writeApprovalMail } from './users/approval.service.ts';
import { RESET_MAIL, writeResetMail } from './users/reset.service.ts';
import { deleteExpiredResetTokens } from './users/reset-tokens.store.ts';

const EVERY_FEW_MINUTES = 5 * 60 * 1000;
const HOURLY = 60 * 60 * 1000;
const DAILY = 24 * 60 * 60 * 1000;

/**
 * With a clock that is hours ahead, rows would expire too soon, so they are kept for a day more; an
 * expired row lets nobody in. Microseconds.
 */
const KEEP_EXPIRED_FOR = 24 * 60 * 60 * 1_000_000;

/** How often due mails are looked for, for those that are tried again; milliseconds. */
const EVERY_FEW_SECONDS = 10_000;
/** How often drafts are looked for whose time has come; milliseconds. */
const PUBLISH_EVERY = 20_000;
/** The name of the job that sends mails. */
export const MAIL_JOB = 'mail';

/** The function that writes the mails of each kind. */
const mailWriters = (ctx: Context): MailWriters => ({
  [RESET_MAIL]: ({ userId }) => writeResetMail(ctx, userId),
  [EMAIL_CHANGE_MAIL]: ({ userId }) => writeEmailChangeMail(ctx, userId),
  [APPROVAL_MAIL]: ({ userId }) => writeApprovalMail(ctx, userId),
  [EMAIL_NOTICE]: (to) => writeEmailNotice(ctx, to),
  [INVITATION_MAIL]: (to) => writeInvitationMail(ctx, to),
});

/** Every timed job of a server. */
export function listTimedJobs(ctx: Context): TimedJob[] {
  const deliver = createDelivery({ ...ctx, mailer: ctx.mail.mailer }, mailWriters(ctx));
  return [
    { name: MAIL_JOB, intervalMs: EVERY_FEW_SECONDS, run: deliver },
    { name: 'swept', intervalMs: EVERY_FEW_MINUTES, run: (signal) => sweep(ctx, { signal }) },
    {
      name: 'unused',
      intervalMs: HOURLY,
      run: (signal) => deleteUnusedPictures(ctx, signal),
    },
    { name: 'drafts', intervalMs: PUBLISH_EVERY, run: (signal) => publishDue(ctx, signal) },
    { name: 'expired', intervalMs: EVERY_FEW_MINUTES, run: () => deleteExpired(ctx) },
    {
      name: 'suspensions',
      intervalMs: EVERY_FEW_MINUTES,
      run: async () => {
        const ended = await liftSuspensions(ctx);
        await restorePostsOfReturned(ctx);
        return { ended };
      },
    },
    {
      name: 'notices',
      intervalMs: DAILY,
      run: async (signal) => ({ deleted: await deleteOldNotices(ctx, signal) }),
    },
    {
      name: 'rendered',
      intervalMs: DAILY,
      run: async (signal) => ({
        texts: await renderMissingTexts(ctx, signal),
        comments: await renderOutdatedComments(ctx, signal),
      }),
    },
  ];
}

async function deleteExpired({ db, clock }: Context): Promise<Record<string, number>> {
  const before = micros(clock) - KEEP_EXPIRED_FOR;
  await deleteExpiredLimits(db, before);
  await deleteMailDays(db, mailDay(before));
  return {
    sessions: await deleteExpiredSessions(db, before),
    resetTokens: await deleteExpiredResetTokens(db, before),
    emailChanges: await deleteExpiredEmailChanges(db, before),
  };
}
