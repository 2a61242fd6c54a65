import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import type { MailRow } from '../db/schema.ts';
import { micros } from '../db/time.ts';
import { isRefusedPermanently, type Mail, MAIL_MAX_MS, type Mailer } from './mailer.ts';
import { claimMails, settle } from './mails.store.ts';

/**
 * Writes a mail of one kind when it is sent, at each try. `address` is '' if it goes to the user's
 * own address. Returns undefined if it should not be sent any more.
 */
type MailWriter = (to: { userId: number; address: string }) => Promise<Mail | undefined>;

/** By kind. */
export type MailWriters = Readonly<Record<string, MailWriter>>;

interface DeliveryDeps {
  config: Pick<Config, 'MAIL_DAILY_LIMIT'>;
  db: Database;
  mailer: Mailer;
  /** milliseconds since 1970 */
  clock: () => number;
  log: Logger;
}

/** Mails at a time; a mail server may limit connections from one address. */
const AT_ONCE = 4;
const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Longer than a mail may take, with its queries; microseconds. */
const CLAIM = 1.5 * MAIL_MAX_MS * 1000;
/**
 * Waits before the second and later tries, extended at random by up to half; microseconds. Servers
 * that do not know the sender accept a mail after a minute to an hour; others are back within a
 * day.
 */
const WAITS = [30 * SECOND, 10 * MINUTE, 2 * HOUR, 24 * HOUR];
/** How long mails being sent may take once the server is told to stop; milliseconds. */
const GRACE_MS = 5_000;

/** Today as mail_days counts it; `now`: microseconds. */
export const mailDay = (now: number): number => Math.floor(now / DAY);

/**
 * Returns a function that hands all due mails to the mail server, and ends when none is due or
 * `signal` is aborted. A mail that was not accepted is tried up to five times, unless the server
 * refuses it permanently.
 */
export function createDelivery(deps: DeliveryDeps, writers: MailWriters) {
  const kinds = Object.keys(writers);
  let dayHeld: number | undefined;

  return async (signal: AbortSignal): Promise<{ sent: number; later: number; dropped: number }> => {
    const counts = { sent: 0, later: 0, dropped: 0 };
    const { config, db, clock, log, mailer } = deps;
    // Files in the outbox are not limited.
    const dailyLimit = mailer.enabled ? config.MAIL_DAILY_LIMIT : Infinity;
    const stopping = new AbortController();
    const stopSoon = () => setTimeout(() => stopping.abort(), GRACE_MS).unref();
    signal.addEventListener('abort', stopSoon);
    try {
      while (!signal.aborted) {
        const now = micros(clock);
        const day = mailDay(now);
        const claim = { kinds, now, limit: AT_ONCE, until: now + CLAIM, day, dailyLimit };
        const { mails, held } = await claimMails(db, claim);
        if (held && dayHeld !== day)
          log.warn('MAIL_DAILY_LIMIT is reached: mails wait until tomorrow');
        if (held) dayHeld = day;
        if (mails.length === 0) break;
        const tried = await Promise.allSettled(
          mails.map((row) => deliver(deps, writers, { row, day, stop: stopping.signal })),
        );
        for (const one of tried) {
          if (one.status === 'rejected') throw one.reason;
          counts[one.value] += 1;
        }
      }
    } finally {
      signal.removeEventListener('abort', stopSoon);
    }
    return counts;
  };
}

interface Claimed {
  row: MailRow;
  day: number;
  stop: AbortSignal;
}

/** Tries one mail and updates its row. Throws if the database does not answer: the claim then expires. */
async function deliver(
  deps: DeliveryDeps,
  writers: MailWriters,
  { row, day, stop }: Claimed,
): Promise<'sent' | 'later' | 'dropped'> {
  let sent: boolean;
  try {
    sent = await send(deps, writers, row, stop);
  } catch (error) {
    const again = nextTry(deps, row, error, stop.aborted);
    await settle(deps.db, row, { day, sent: false, again });
    return again ? 'later' : 'dropped';
  }
  await settle(deps.db, row, { day, sent });
  return sent ? 'sent' : 'dropped';
}

/** False if there is nothing to send any more. Throws what the writer or the mailer throws. */
async function send(
  { mailer }: DeliveryDeps,
  writers: MailWriters,
  { user_id: userId, kind, address }: MailRow,
  stop: AbortSignal,
): Promise<boolean> {
  if (userId === null) return false;
  const mail = await writers[kind]?.({ userId, address });
  if (mail) await mailer.send(mail, stop);
  return mail !== undefined;
}

/** When a mail that was not accepted is tried again; undefined for never. `tries`: earlier tries. */
function nextTry(
  { clock, log }: DeliveryDeps,
  { id, kind, due_at: dueAt, tries }: MailRow,
  error: unknown,
  stopped: boolean,
): { dueAt: number; tries: number } | undefined {
  // Left to another node or the next start, as if it had not been tried.
  if (stopped) return { dueAt, tries };
  const about = { mail: id, kind, tries: tries + 1, err: error };
  const wait = WAITS[tries];
  if (wait === undefined || isRefusedPermanently(error)) {
    log.error(about, 'mail not sent, will not be tried again');
    return undefined;
  }
  log.warn(about, 'mail not sent, will be tried again later');
  return { dueAt: micros(clock) + Math.round(wait * (1 + Math.random() / 2)), tries: tries + 1 };
}
