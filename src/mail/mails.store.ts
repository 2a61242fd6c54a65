import { type Database, isShared, type Transaction } from '../db/database.ts';
import type { MailRow } from '../db/schema.ts';
import { transact } from '../db/transact.ts';

// Times are microseconds, days are counted since 1970, both in UTC.

/** Adds a mail that is due at once. One that already waits, or is being sent, starts over instead. */
export async function insertMail(
  db: Database,
  mail: { userId: number | null; kind: string; address: string; now: number },
): Promise<void> {
  const times = { asked_at: mail.now, due_at: mail.now };
  await db
    .insertInto('mails')
    .values({ user_id: mail.userId, kind: mail.kind, address: mail.address, ...times })
    .onConflict((waiting) =>
      waiting.columns(['user_id', 'kind', 'address']).doUpdateSet({ ...times, tries: 0 }),
    )
    .execute();
}

interface Claim {
  kinds: readonly string[];
  now: number;
  /** most mails */
  limit: number;
  /** until when other nodes leave them alone */
  until: number;
  day: number;
  /** most mails of one day */
  dailyLimit: number;
}

/**
 * Mails to send now, longest due first. Of several nodes one gets each. They count as tried and
 * sent that day until `settle` says otherwise. `held`: whether more are due, but held back by the
 * daily limit.
 */
export async function claimMails(
  db: Database,
  claim: Claim,
): Promise<{ mails: MailRow[]; held: boolean }> {
  // Usually none is due, and a read is enough to find that out.
  const some = await due(db, claim).limit(1).execute();
  if (some.length === 0) return { mails: [], held: false };
  return transact(db, async (trx) => {
    const free = claim.dailyLimit - (await sentOn(trx, claim.day));
    if (free <= 0) return { mails: [], held: true };
    const found = due(trx, claim).limit(Math.min(claim.limit, free));
    const mails = await (isShared(db) ? found.forUpdate().skipLocked() : found).execute();
    if (mails.length === 0) return { mails, held: false };
    await trx
      .updateTable('mails')
      .set((row) => ({ claimed_until: claim.until, tries: row('tries', '+', 1) }))
      .where(
        'id',
        'in',
        mails.map(({ id }) => id),
      )
      .execute();
    await addSent(trx, claim.day, mails.length);
    return { mails, held: false };
  });
}

/** A time further ahead was written by a clock that has been set back since; microseconds. */
const FAR_AHEAD = 3 * 24 * 60 * 60 * 1_000_000;

function due(db: Database, { kinds, now }: Claim) {
  const reached = ['<=', now] as const;
  const impossible = ['>', now + FAR_AHEAD] as const;
  return db
    .selectFrom('mails')
    .selectAll()
    .where('kind', 'in', kinds)
    .where((row) => row.or([row('due_at', ...reached), row('due_at', ...impossible)]))
    .where((row) =>
      row.or([
        row('claimed_until', 'is', null),
        row('claimed_until', ...reached),
        row('claimed_until', ...impossible),
      ]),
    )
    .orderBy('due_at');
}

/** How many count as sent on this day; nobody else can claim until the transaction ends. */
async function sentOn(trx: Transaction, day: number): Promise<number> {
  await trx
    .insertInto('mail_days')
    .values({ day, sent: 0 })
    .onConflict((row) => row.column('day').doNothing())
    .execute();
  const row = trx.selectFrom('mail_days').select('sent').where('day', '=', day);
  const { sent } = await (isShared(trx) ? row.forUpdate() : row).executeTakeFirstOrThrow();
  return sent;
}

async function addSent(db: Database, day: number, count: number): Promise<void> {
  await db
    .updateTable('mail_days')
    .set((row) => ({ sent: row('sent', '+', count) }))
    .where('day', '=', day)
    .execute();
}

/**
 * Ends the claim of a mail: it is finished, or due again at `dueAt`. `sent`: it was handed over. A
 * mail that was requested again meanwhile is due at once.
 */
export async function settle(
  db: Database,
  { id, asked_at }: MailRow,
  outcome: { day: number; sent: boolean; again?: { dueAt: number; tries: number } | undefined },
): Promise<void> {
  const { day, sent, again } = outcome;
  await transact(db, async (trx) => {
    // The count first, in the same order as a claim, so that two transactions never deadlock.
    if (!sent) await addSent(trx, day, -1);
    await trx.updateTable('mails').set({ claimed_until: null }).where('id', '=', id).execute();
    if (again === undefined) {
      await trx.deleteFrom('mails').where('id', '=', id).where('asked_at', '=', asked_at).execute();
      return;
    }
    await trx
      .updateTable('mails')
      .set({ due_at: again.dueAt, tries: again.tries })
      .where('id', '=', id)
      .where('asked_at', '=', asked_at)
      .execute();
  });
}

/** Deletes the counts of days before this one; returns how many days. */
export async function deleteMailDays(db: Database, day: number): Promise<number> {
  const deleting = db.deleteFrom('mail_days').where('day', '<', day);
  return Number((await deleting.executeTakeFirst()).numDeletedRows);
}
