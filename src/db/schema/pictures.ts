/** Stored pictures, and what uses them. */
import type { Generated } from 'kysely';

export interface PicturesTable {
  /** 32 hexadecimal digits, random, never reused */
  key: string;
  /** what the picture is for; says which files it has, and what makes it live */
  kind: Generated<'face' | 'post' | 'site'>;
  /** without a foreign key: doomed rows outlive their account */
  user_id: number;
  state: 'pending' | 'live' | 'doomed';
  created_at: number;
  /** when the sweeper may handle it; null for a live one */
  due_at: number | null;
  /** of all its files; null if it was not recorded */
  bytes: Generated<number | null>;
}

/** A picture of the blog itself, which its row here makes live. */
export interface SitePicturesTable {
  name: 'logo';
  /** the picture's row in the ledger */
  key: string;
  /** pixels of its file */
  width: number;
  height: number;
}

/** A picture for posts, which its row here makes live. */
export interface PostPicturesTable {
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
export interface PictureUsesTable {
  id: Generated<number>;
  /** without a foreign key: an archive may lack a picture whose files were lost */
  picture_id: number;
  post_id: number | null;
  draft_id: number | null;
  revision_id: number | null;
}
