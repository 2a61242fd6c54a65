import { sql } from 'kysely';
import type { CommentCondition } from '../auth/policy.ts';
import type { Database } from '../db/database.ts';
import type { CommentRow } from '../db/schema.ts';
import type { CommentWithAuthor } from './comment.ts';
import { withAuthors, onRows } from './comments.store.ts';

/** The place of a comment among those on its post: each comment is followed by the replies to it. */
export interface Place {
  thread: number;
  id: number;
}

export const placeOf = ({ id, parent_id }: Pick<CommentRow, 'id' | 'parent_id'>): Place => ({
  thread: parent_id ?? id,
  id,
});

/** Which comments: in threads, those behind a place, or those before it, the last ones first. */
export interface ThreadRange {
  postId: number;
  after?: Place | undefined;
  before?: Place | undefined;
  limit: number;
  visible: CommentCondition;
}

/** Each query is one range of the index: the rest of the place's thread, then other threads. */
export async function listThreads(db: Database, range: ThreadRange): Promise<CommentWithAuthor[]> {
  const { postId, after, before, limit, visible } = range;
  const [place, sign, order] = before
    ? ([before, '<', 'desc'] as const)
    : ([after ?? { thread: 0, id: 0 }, '>', 'asc'] as const);
  const thread = sql<number>`coalesce(comments.parent_id, comments.id)`;
  const list = (count: number) =>
    withAuthors(db)
      .where('comments.post_id', '=', postId)
      // The index has this condition in the same words.
      .where('comments.state', '<>', sql.lit('removed' as const))
      .where(onRows(visible))
      .limit(count);
  const rest = after ?? before;
  const same = rest
    ? await list(limit)
        .where(thread, '=', place.thread)
        .where('comments.id', sign, place.id)
        .orderBy('comments.id', order)
        .execute()
    : [];
  if (same.length === limit) return same;
  const others = await list(limit - same.length)
    .where(thread, sign, place.thread)
    .orderBy(thread, order)
    .orderBy('comments.id', order)
    .execute();
  return [...same, ...others];
}
