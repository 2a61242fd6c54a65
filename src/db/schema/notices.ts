/** What people are told. */
import type { Generated } from 'kysely';

/** Something that happened and concerns a person. It holds ids; names and titles are looked up when it is shown. */
export interface NoticesTable {
  id: Generated<number>;
  /** whom it tells */
  user_id: number;
  kind: NoticeKind;
  /** who did it; null: nobody, or that account is gone */
  actor_id: number | null;
  post_id: number | null;
  comment_id: number | null;
  created_at: number;
  /** null while it is unread */
  read_at: Generated<number | null>;
}

/**
 * `comment`: on one's post; `reply`: to one's comment; `mention`: of one's name in a comment;
 * `report`: for editors; `waiting`: for editors, an account needs approval; `published`: one's draft,
 * at the time that was set.
 */
export type NoticeKind = 'comment' | 'reply' | 'mention' | 'report' | 'waiting' | 'published';

/** The address of a person's own feeds; at most one each. */
export interface PrivateFeedsTable {
  id: Generated<number>;
  user_id: number;
  /** SHA-256 of the token in its address, in hexadecimal */
  token_hash: string;
  created_at: number;
}
