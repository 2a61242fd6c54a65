import type { Generated, Insertable, Selectable } from 'kysely';

/**
 * The tables, as migrations/ make them. Times are integers: microseconds since 1970 in UTC, the
 * precision of the contract's dates. They sort, compare and index the same way on both databases.
 */
export interface Schema {
  users: UsersTable;
  posts: PostsTable;
  sessions: SessionsTable;
  reset_tokens: ResetTokensTable;
  email_changes: EmailChangesTable;
  pictures: PicturesTable;
  post_pictures: PostPicturesTable;
  picture_uses: PictureUsesTable;
  heartbeat: HeartbeatTable;
  rate_limits: RateLimitsTable;
  imports: ImportsTable;
  post_texts: PostTextsTable;
  post_index: PostIndexTable;
  post_counts: PostCountsTable;
  post_totals: PostTotalsTable;
  data_versions: DataVersionsTable;
  mails: MailsTable;
  mail_days: MailDaysTable;
  settings: SettingsTable;
  drafts: DraftsTable;
  revisions: RevisionsTable;
  owner_links: OwnerLinksTable;
  invitations: InvitationsTable;
  published_drafts: PublishedDraftsTable;
  moderation_log: ModerationLogTable;
}

/** What an account may do: owners run the blog, editors moderate, members write, readers read. */
export type Role = 'owner' | 'editor' | 'member' | 'reader';

interface UsersTable {
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
}

interface PostsTable {
  id: Generated<number>;
  user_id: number;
  title: string;
  content: string;
  date_posted: number;
  /** how its content is written */
  format: Generated<'text' | 'markdown'>;
  /** only a published one is shown; an unpublished one is a draft that keeps its number and date */
  state: Generated<'published' | 'unpublished'>;
  /** who may read it once it is published; `blog`: as a blog that is open to everyone has it */
  audience: Generated<'everyone' | 'members' | 'blog'>;
  /** 1 exactly if its audience is `members`; the database checks it */
  members_only: Generated<number>;
  /** rises with each change */
  version: Generated<number>;
  /** of the last change; null until the first */
  edited_at: Generated<number | null>;
  /** key of the page's form that created it, unique for its author; null from the API */
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

/** An address that its owner must confirm before it becomes the account's; one per user. */
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
  /** what the picture is for; says which files it has, and what makes it live */
  kind: Generated<'face' | 'post'>;
  /** without a foreign key: doomed rows outlive their account */
  user_id: number;
  state: 'pending' | 'live' | 'doomed';
  created_at: number;
  /** when the sweeper may handle it; null for a live one */
  due_at: number | null;
}

/** A picture for posts, which its row here makes live. */
interface PostPicturesTable {
  id: Generated<number>;
  /** the picture's row in the ledger */
  key: string;
  user_id: number;
  /** pixels of the largest file, upright */
  width: number;
  height: number;
  /** of all its files */
  bytes: number;
  /** may be empty, as may be the caption */
  alt: string;
  caption: string;
  created_at: number;
  /** since when nothing is known to use it; null while something does */
  unused_since: number | null;
}

/** A text that refers to a picture: exactly one of the last three is set. */
interface PictureUsesTable {
  id: Generated<number>;
  /** without a foreign key: an archive may lack a picture whose files were lost */
  picture_id: number;
  post_id: number | null;
  draft_id: number | null;
  revision_id: number | null;
}

/** One row that /health rewrites to find out whether the database can be written. */
interface HeartbeatTable {
  id: number;
  at: number;
}

/** Counts of rate limits, as rate-limiter-flexible stores them; nodes on PostgreSQL share them. */
interface RateLimitsTable {
  /** the limit's name and the client's key */
  key: string;
  points: number;
  /** milliseconds since 1970, unlike all other times */
  expire: number | null;
}

/** The blog that was imported, or is being imported. */
interface ImportsTable {
  /** SHA-256 that identifies it */
  source: string;
  /** null while the import is not complete */
  finished_at: number | null;
}

/** A post's rendered text; missing or outdated if it must be rendered again. */
interface PostTextsTable {
  post_id: number;
  /** the version of the renderer that made it */
  renderer: number;
  html: string;
  excerpt_html: string;
  /** 1: the excerpt is shorter than the text */
  excerpt_cut: number;
  /** without markup */
  plain: string;
  words: number;
  /** why it is not shown in its format; null if it is */
  shown_plain: string | null;
  /** JSON: the first picture that it shows; null without one */
  picture: string | null;
  updated_at: number;
  /** the version of the code that put the post into the index; 0: it is not there */
  indexed: Generated<number>;
}

/**
 * The words of published posts. In SQLite this is a full-text index without content, whose rows are
 * numbered by `indexRow`; its other columns are there too.
 */
interface PostIndexTable {
  post_id: number;
  date_posted: number;
}

/** How many posts a user has written; no row before the first. Kept by triggers. */
interface PostCountsTable {
  user_id: number;
  posts: number;
  /** those of them that everybody may read */
  public: Generated<number>;
}

/** The sums of these rows are the numbers of posts. Kept by triggers. */
interface PostTotalsTable {
  slot: number;
  posts: number;
  public: Generated<number>;
}

/** How often data changed that responses show: the sums of these rows. Triggers keep them (data-version-rules.ts). */
interface DataVersionsTable {
  slot: number;
  content: Generated<number>;
  access: Generated<number>;
}

/** A mail that waits to be sent. Its text is written when it is sent, so no row holds a text or a token. */
interface MailsTable {
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
interface MailDaysTable {
  /** days since 1970, in UTC */
  day: number;
  sent: number;
}

/** What is set while the blog runs, instead of in the environment; no row: the default. */
interface SettingsTable {
  name: string;
  value: string;
  updated_at: number;
}

/** A text that is not published yet: a new one, or the next version of a post. */
interface DraftsTable {
  id: Generated<number>;
  user_id: number;
  /** the post it is to replace, at most one draft each; null for a new one */
  post_id: number | null;
  /** may be empty, as may be the content */
  title: string;
  content: string;
  format: 'text' | 'markdown';
  /** JSON, an array of strings */
  tags: Generated<string>;
  audience: Generated<'everyone' | 'members' | 'blog'>;
  /** rises with each save */
  version: Generated<number>;
  /** id of the post's newest published revision when the draft began; null if it had none */
  base_revision: number | null;
  /** when it is to be published by itself */
  publish_at: number | null;
  /** why that failed */
  publish_error: string | null;
  /** SHA-256 of the token in its link for readers, in hexadecimal; null without a link */
  share_hash: string | null;
  /** key of the page that created it, unique for its author; null from the API */
  form_key: string | null;
  created_at: number;
  updated_at: number;
}

/** A saved state of a post or a draft. Rows never change, except that a published draft's get the post's id. */
interface RevisionsTable {
  id: Generated<number>;
  /** null while its draft was never published */
  post_id: number | null;
  /** the draft that it was saved in; null if it was published without one, or the draft is gone */
  draft_id: number | null;
  /** who saved it */
  user_id: number;
  title: string;
  content: string;
  format: 'text' | 'markdown';
  /** JSON, an array of strings */
  tags: Generated<string>;
  /** 1: the post was published so; 0: a state of a draft */
  published: number;
  created_at: number;
}

/** The link that makes an owner of a blog without one; at most one row. */
interface OwnerLinksTable {
  /** SHA-256 of the link's token, in hexadecimal */
  token_hash: string;
  expires_at: number;
}

/** A link with which people make accounts. */
interface InvitationsTable {
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
}

/** The post that a draft became; the draft itself is gone. */
interface PublishedDraftsTable {
  draft_id: number;
  user_id: number;
  post_id: number;
  /** SHA-256 of the token in the draft's link for readers, in hexadecimal; null without a link */
  share_hash: string | null;
  published_at: number;
}

/** What was done to whom, and why. Rows never change, except that a reason ends with the account it is about. */
interface ModerationLogTable {
  id: Generated<number>;
  /** who did it; null: the host */
  actor_id: number | null;
  action: Deed;
  /** the account it was done to */
  user_id: number | null;
  /** may be empty */
  reason: string;
  created_at: number;
}

type Deed =
  | 'invited'
  | 'invitation revoked'
  | 'approved'
  | 'declined'
  | 'role changed'
  | 'suspended'
  | 'suspension ended'
  | 'account deleted'
  | 'reset link made'
  | 'setting changed';

export type UserRow = Selectable<UsersTable>;
export type NewUser = Insertable<UsersTable>;
export type PostRow = Selectable<PostsTable>;
export type SessionRow = Selectable<SessionsTable>;
export type PictureRow = Selectable<PicturesTable>;
export type PostPictureRow = Selectable<PostPicturesTable>;
export type MailRow = Selectable<MailsTable>;
export type DraftRow = Selectable<DraftsTable>;
export type InvitationRow = Selectable<InvitationsTable>;
export type ModerationRow = Selectable<ModerationLogTable>;
export type RevisionRow = Selectable<RevisionsTable>;
