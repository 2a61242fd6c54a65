/** What those who run a blog are told, and what they did. */
import type { Generated } from 'kysely';

/** Rows never change, except that a reason ends with the account it is about. */
export interface ModerationLogTable {
  id: Generated<number>;
  /** who did it; null: the host */
  actor_id: number | null;
  action: DeedName;
  /** the account it was done to, or whose post or comment it was */
  user_id: number | null;
  /** the account that got something by it */
  to_user_id: Generated<number | null>;
  post_id: Generated<number | null>;
  comment_id: Generated<number | null>;
  /** may be empty */
  reason: string;
  created_at: number;
}

type DeedName =
  | 'invited'
  | 'invitation revoked'
  | 'approved'
  | 'declined'
  | 'role changed'
  | 'suspended'
  | 'suspension ended'
  | 'account deleted'
  | 'everything removed'
  | 'posts handed over'
  | 'reset link made'
  | 'tag renamed'
  | 'tags merged'
  | 'setting changed'
  | 'post hidden'
  | 'post restored'
  | 'post deleted'
  | 'post corrected'
  | 'comment hidden'
  | 'comment restored'
  | 'comment approved'
  | 'comment removed'
  | 'report closed'
  | 'post pinned'
  | 'post unpinned';

/** Somebody's report of a post or a comment: exactly one of the two is set. */
export interface ReportsTable {
  id: Generated<number>;
  post_id: number | null;
  comment_id: number | null;
  /** who reports it; only editors learn that */
  user_id: number;
  reason: string;
  created_at: number;
  /** null while it is open */
  closed_at: number | null;
  closed_by: number | null;
  outcome: 'closed' | 'hidden' | 'deleted' | null;
}
