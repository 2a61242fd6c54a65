import type { Generated, Insertable, Selectable } from 'kysely';

/**
 * The tables, as migrations/ makes them. Times are integers: microseconds since 1970 in UTC, the
 * precision of the contract's dates; they sort, compare and index alike on both databases.
 */
export interface Schema {
  users: UsersTable;
  posts: PostsTable;
  sessions: SessionsTable;
  reset_tokens: ResetTokensTable;
  email_changes: EmailChangesTable;
  pictures: PicturesTable;
  heartbeat: HeartbeatTable;
  rate_limits: RateLimitsTable;
  imports: ImportsTable;
  post_texts: PostTextsTable;
  post_counts: PostCountsTable;
  post_totals: PostTotalsTable;
  mails: MailsTable;
  mail_days: MailDaysTable;
}

interface UsersTable {
  id: Generated<number>;
  username: string;
  /** nameKey(username), or its exactKey where a lower id has that; unique */
  username_key: string;
  /** lower case, as it is shown and mailed to */
  email: string;
  /** emailKey(email), or its exactKey where a lower id has that; unique */
  email_key: string;
  /** PHC string */
  password_hash: string;
  /** rises with each change of password; tokens carry it as `ver` */
  token_version: Generated<number>;
  /** null until the first change */
  password_changed_at: number | null;
  /** the live picture's row, or null */
  picture_key: string | null;
  created_at: number;
  /** when a link that was mailed to `email` was used; null until then */
  email_confirmed_at: number | null;
}

interface PostsTable {
  id: Generated<number>;
  user_id: number;
  title: string;
  content: string;
  date_posted: number;
  /** how its content is written */
  format: Generated<'text' | 'markdown'>;
  /** rises with each change */
  version: Generated<number>;
  /** of the last change; null until the first */
  edited_at: Generated<number | null>;
  /** of the page's form it came by, unique for its author; null from the API */
  form_key: string | null;
}

interface SessionsTable {
  /** SHA-256 of the cookie's value, in hexadecimal */
  token_hash: string;
  user_id: number;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  user_agent: string;
}

interface ResetTokensTable {
  /** SHA-256 of the mailed token, in hexadecimal */
  token_hash: string;
  user_id: number;
  expires_at: number;
}

/** An address that its owner is to confirm before it becomes the account's; one a user. */
interface EmailChangesTable {
  /** SHA-256 of the mailed token, in hexadecimal */
  token_hash: string;
  user_id: number;
  /** lower case */
  email: string;
  expires_at: number;
}

interface PicturesTable {
  /** 32 hexadecimal digits, random, never reused */
  key: string;
  /** no foreign key: doomed rows outlive their account */
  user_id: number;
  state: 'pending' | 'live' | 'doomed';
  created_at: number;
  /** when the sweeper may take it; null for a live one */
  due_at: number | null;
}

/** One row that /health rewrites to learn whether the database takes writes. */
interface HeartbeatTable {
  id: number;
  at: number;
}

/** What was taken of a limit, as rate-limiter-flexible counts it; nodes on PostgreSQL share it. */
interface RateLimitsTable {
  /** the limit's name and whose it is */
  key: string;
  points: number;
  /** milliseconds since 1970, unlike all other times */
  expire: number | null;
}

/** The blog that was taken over, or is being. */
interface ImportsTable {
  /** SHA-256 by which it is known again */
  source: string;
  /** null while there is more to take */
  finished_at: number | null;
}

/** A post's text as it is shown, made of its content; none or an old one where it has to be rendered again. */
interface PostTextsTable {
  post_id: number;
  /** the version of the renderer that made it */
  renderer: number;
  html: string;
  excerpt_html: string;
  /** 1: the excerpt is not all of it */
  excerpt_cut: number;
  /** without markup */
  plain: string;
  words: number;
  /** why it is not shown in its format; null where it is */
  shown_plain: string | null;
  updated_at: number;
}

/** How many posts a person has written; no row before the first. Triggers keep it. */
interface PostCountsTable {
  user_id: number;
  posts: number;
}

/** How many posts there are: the sum of these rows. Triggers keep it. */
interface PostTotalsTable {
  slot: number;
  posts: number;
}

/** A mail that waits to be sent. Its text is written when it is sent, so that no row holds a text or a token. */
interface MailsTable {
  id: Generated<number>;
  /** null for a mail to nobody, which takes as long to ask for */
  user_id: number | null;
  /** the name of what writes it */
  kind: string;
  /** where to, if not to the person's address of the moment; '' otherwise */
  address: string;
  /** the last time that somebody asked for it */
  asked_at: number;
  /** when to try next */
  due_at: number;
  tries: Generated<number>;
  /** until when a node is at it; null when none is */
  claimed_until: number | null;
}

/** How many mails were handed over on a day, or are being. */
interface MailDaysTable {
  /** since 1970, in UTC */
  day: number;
  sent: number;
}

export type UserRow = Selectable<UsersTable>;
export type NewUser = Insertable<UsersTable>;
export type PostRow = Selectable<PostsTable>;
export type SessionRow = Selectable<SessionsTable>;
export type PictureRow = Selectable<PicturesTable>;
export type MailRow = Selectable<MailsTable>;
