/** Accounts, how their owners sign in, and what was done to them. */
import type { Generated } from 'kysely';

/** What an account may do: owners run the blog, editors moderate, members write, readers read. */
export type Role = 'owner' | 'editor' | 'member' | 'reader';

export interface UsersTable {
  id: Generated<number>;
  username: string;
  /** nameKey(username), or its exactKey if a lower id has that; unique */
  username_key: string;
  /** lower case; shown and used for mail */
  email: string;
  /** emailKey(email), or its exactKey if a lower id has that; unique */
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
  role: Generated<Role>;
  /** a waiting account needs the approval of an editor; a suspended one cannot sign in */
  state: Generated<'active' | 'waiting' | 'suspended'>;
  /** when a suspension ends by itself; null: it does not */
  suspended_until: Generated<number | null>;
  /** why it is suspended, or why its approval was declined; its owner reads it too */
  state_reason: Generated<string | null>;
  /** the invitation it was made with */
  invitation_id: Generated<number | null>;
  /** when an owner last made a link that sets its password; null once its owner has read that */
  reset_link_at: Generated<number | null>;
  /** when the front page was made for them; some minutes old, and null until the first time */
  seen_at: Generated<number | null>;
  /** the end of their visit before this one */
  last_visit_at: Generated<number | null>;
}

/** What a person says about themselves; no row: nothing. */
export interface ProfilesTable {
  user_id: number;
  /** Markdown */
  bio: string;
  /** the bio as this renderer made it; outdated if there is a later one */
  html: Generated<string>;
  renderer: Generated<number>;
}

export interface SessionsTable {
  /** SHA-256 of the cookie's value, in hexadecimal */
  token_hash: string;
  user_id: number;
  created_at: number;
  last_seen_at: number;
  expires_at: number;
  user_agent: string;
}

export interface ResetTokensTable {
  /** SHA-256 of the mailed token, in hexadecimal */
  token_hash: string;
  user_id: number;
  expires_at: number;
}

/** An address that its owner must confirm before it becomes the account's; one per user. */
export interface EmailChangesTable {
  /** SHA-256 of the mailed token, in hexadecimal */
  token_hash: string;
  user_id: number;
  /** lower case */
  email: string;
  expires_at: number;
}

/** The link that makes an owner of a blog without one; at most one row. */
export interface OwnerLinksTable {
  /** SHA-256 of the link's token, in hexadecimal */
  token_hash: string;
  expires_at: number;
}

/** A link with which people make accounts. */
export interface InvitationsTable {
  id: Generated<number>;
  /** SHA-256 of the link's token, in hexadecimal */
  token_hash: string;
  /** null: that account is gone */
  made_by: number | null;
  /** of the accounts made with it */
  role: 'member' | 'reader';
  /** for whoever made it; may be empty */
  note: string;
  uses_left: number;
  created_at: number;
  expires_at: number;
  revoked_at: number | null;
  /** the address that gets a link of its own by mail; null for none */
  mailed_to: Generated<string | null>;
  /** SHA-256 of the token in the mailed link, in hexadecimal; null until the mail is written */
  mailed_hash: Generated<string | null>;
}
