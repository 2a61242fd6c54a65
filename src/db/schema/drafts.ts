/** Texts that are not published, and those that were. */
import type { Generated } from 'kysely';

/** A text that is not published yet: a new one, or the next version of a post. */
export interface DraftsTable {
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
export interface RevisionsTable {
  id: Generated<number>;
  /** null while its draft was never published */
  post_id: number | null;
  /** the draft that it was saved in; null if it was published without one, or the draft is gone */
  draft_id: number | null;
  /** who saved it; null: that account is gone */
  user_id: number | null;
  title: string;
  content: string;
  format: 'text' | 'markdown';
  /** JSON, an array of strings */
  tags: Generated<string>;
  /** 1: the post was published so; 0: a state of a draft */
  published: number;
  created_at: number;
}

/** The post that a draft became; the draft itself is gone. */
export interface PublishedDraftsTable {
  draft_id: number;
  user_id: number;
  post_id: number;
  /** SHA-256 of the token in the draft's link for readers, in hexadecimal; null without a link */
  share_hash: string | null;
  published_at: number;
}
