import type { Generated } from 'kysely';

/** A tag that a post has, or had. */
export interface TagsTable {
  id: Generated<number>;
  /** as it was first written, or as an editor named it */
  name: string;
  /** tagKey(name); unique, and the tag's address */
  key: string;
}

/** How many posts a tag has; no row before the first. Kept by triggers. */
export interface TagCountsTable {
  tag_id: number;
  posts: number;
  /** those of them that everybody may read */
  public: number;
}

/** A key that leads to a tag with another one, because it was renamed or merged into it. */
export interface TagRedirectsTable {
  key: string;
  tag_id: number;
}

/** The id of a tag that was merged into another: posts may still be in the index under it. */
export interface TagMergesTable {
  merged_id: number;
  tag_id: number;
}

/** A tag of a post. What a post's row says of its readers is copied here by triggers. */
export interface PostTagsTable {
  post_id: number;
  tag_id: number;
  /** from 0, in the order in which they were written */
  place: number;
  date_posted: number;
  state: string;
  members_only: number;
}
