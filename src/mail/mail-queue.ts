import type { Database, Transaction } from '../db/database.ts';
import { micros } from '../db/time.ts';
import { insertMail } from './mails.store.ts';

/** A mail to a user. Its text is written when it is sent, by the writer of its kind. */
interface QueuedMail {
  /** the name of its writer */
  kind: string;
  /** null for a request for an unknown address, which must take as long */
  userId: number | null;
  /** recipient, if not the user's address at that time */
  address?: string;
}

export interface MailQueue {
  /**
   * Adds a mail and wakes the sender; with `trx`, call `wake` after the commit. If the user already
   * has such a mail waiting, they get one, not two.
   */
  add: (mail: QueuedMail, trx?: Transaction) => Promise<void>;
  /** Sends due mails now instead of within seconds. */
  wake: () => void;
  /** `listener` is called by `wake`. */
  onWake: (listener: () => void) => void;
}

/** The queue in this database. `clock`: milliseconds since 1970. */
export function createMailQueue(db: Database, clock: () => number): MailQueue {
  const listeners: (() => void)[] = [];
  const wake = () => {
    for (const listener of listeners) listener();
  };
  return {
    async add({ kind, userId, address = '' }, trx) {
      await insertMail(trx ?? db, { kind, userId, address, now: micros(clock) });
      if (trx === undefined) wake();
    },
    wake,
    onWake: (listener) => listeners.push(listener),
  };
}
