/** Posts, and what is computed from them. */
import type { Generated } from 'kysely';

export interface PostsTable {
  id: Generated<number>;
  user_id: number;
  title: string;
  content: string;
  date_posted: number;
  /** how its content is written */
  format: Generated<'text' | 'markdown'>;
  /**
   * an unpublished one is a draft that keeps its number and date; a hidden one was published, and only
   * its author and editors read it
   */
  state: Generated<'published' | 'unpublished' | 'hidden'>;
  /** why it is hidden; null unless it is */
  hidden_reason: Generated<string | null>;
  /** 1: it is hidden because its author is suspended, and comes back with them */
  hidden_with_author: Generated<number>;
  /** who may read it once it is published; `blog`: as a blog that is open to everyone has it */
  audience: Generated<'everyone' | 'members' | 'blog'>;
  /** 1 exactly if its audience is `members`; the database checks it */
  members_only: Generated<number>;
  /** 1: nobody can comment on it any more */
  comments_closed: Generated<number>;
  /** rises with each change */
  version: Generated<number>;
  /** of the last change; null until the first */
  edited_at: Generated<number | null>;
  /** key of the page's form that created it, unique for its author; null from the API */
  form_key: string | null;
}

/** A post's rendered text; missing or outdated if it must be rendered again. */
export interface PostTextsTable {
  post_id: number;
  /** the version of the renderer that made it */
  renderer: number;
  html: string;
  excerpt_html: string;
  /** 1: the excerpt is shorter than the text */
  excerpt_cut: number;
  /** the first lines of it, without markup; '' for a text that shows none */
  teaser: Generated<string>;
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
export interface PostIndexTable {
  post_id: number;
  date_posted: number;
}

/** How many posts a user has published; no row before the first. Kept by triggers. */
export interface PostCountsTable {
  user_id: number;
  posts: number;
  /** those of them that everybody may read */
  public: Generated<number>;
  /** those that are hidden, which `posts` leaves out */
  hidden: Generated<number>;
}

/** The sums of these rows are the numbers of posts. Kept by triggers. */
export interface PostTotalsTable {
  slot: number;
  posts: number;
  public: Generated<number>;
  hidden: Generated<number>;
}

/** How many posts a month has, in several rows for each. Kept by triggers. */
export interface PostMonthsTable {
  /** as 202603; 0 outside of the years 1 to 9999 */
  month: number;
  slot: number;
  posts: number;
  public: number;
}

/** A post that stands on top of the front page. */
export interface PinnedPostsTable {
  /** 1 to 3 */
  place: number;
  post_id: number;
  pinned_at: number;
}
