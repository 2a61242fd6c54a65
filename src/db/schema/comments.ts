/** Comments on posts, and their counts. */
import type { Generated } from 'kysely';

export interface CommentsTable {
  id: Generated<number>;
  post_id: number;
  /** null: that account is gone */
  user_id: number | null;
  /** the comment that it replies to, which is never a reply itself */
  parent_id: number | null;
  /** the paragraph that it is about; null: the whole post */
  anchor: string | null;
  /** id of the post's newest published revision when it was written; null if it had none */
  anchor_revision: number | null;
  /** Markdown; empty once it is removed, as is `html` */
  content: string;
  html: string;
  /** the version of the renderer that made `html`; 0 for an earlier program's */
  renderer: Generated<number>;
  /** a held one waits for an editor; a removed one is only a line above its replies */
  state: Generated<'visible' | 'held' | 'hidden' | 'removed'>;
  /** why an editor or the post's author has hidden it, or an editor has removed it; null otherwise */
  hidden_reason: string | null;
  created_at: number;
  /** of the last change; null until the first */
  edited_at: number | null;
  /** key of the page's form that created it, unique for its author; null from the API */
  form_key: string | null;
}

/** The sum of a post's rows is the number of its visible comments. Kept by triggers. */
export interface CommentCountsTable {
  post_id: number;
  slot: number;
  comments: number;
}
