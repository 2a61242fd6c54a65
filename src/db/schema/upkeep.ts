/** What the server keeps for itself, and the settings. */
import type { Generated } from 'kysely';

/** One row that /health rewrites to find out whether the database can be written. */
export interface HeartbeatTable {
  id: number;
  at: number;
}

/** Counts of rate limits, as rate-limiter-flexible stores them; nodes on PostgreSQL share them. */
export interface RateLimitsTable {
  /** the limit's name and the client's key */
  key: string;
  points: number;
  /** milliseconds since 1970, unlike all other times */
  expire: number | null;
}

/** The blog that was imported, or is being imported. */
export interface ImportsTable {
  /** SHA-256 that identifies it */
  source: string;
  /** null while the import is not complete */
  finished_at: number | null;
}

/** How often data changed that responses show: the sums of these rows. Triggers keep them (data-version-rules.ts). */
export interface DataVersionsTable {
  slot: number;
  content: Generated<number>;
  access: Generated<number>;
}

/** A mail that waits to be sent. Its text is written when it is sent, so no row holds a text or a token. */
export interface MailsTable {
  id: Generated<number>;
  /** null for a mail to nobody, so that requests for unknown addresses take as long */
  user_id: number | null;
  /** name of the function that writes it */
  kind: string;
  /** recipient, if not the user's current address; '' otherwise */
  address: string;
  /** when it was last requested */
  asked_at: number;
  /** when to try next */
  due_at: number;
  tries: Generated<number>;
  /** until when a node is sending it; null if none is */
  claimed_until: number | null;
}

/** How many mails were sent on a day, or are being sent. */
export interface MailDaysTable {
  /** days since 1970, in UTC */
  day: number;
  sent: number;
}

/** What is set while the blog runs, instead of in the environment; no row: the default. */
export interface SettingsTable {
  name: string;
  value: string;
  updated_at: number;
}
