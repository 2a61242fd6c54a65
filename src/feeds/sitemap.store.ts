import type { PostCondition } from '../auth/policy.ts';
import type { Database } from '../db/database.ts';
import type { PostRow } from '../db/schema.ts';

/** A post as a sitemap has it. */
export type ListedPost = Pick<PostRow, 'id' | 'title' | 'date_posted' | 'edited_at'>;

/** The highest id of any post; 0 without one. */
export async function highestPostId(db: Database): Promise<number> {
  const last = await db
    .selectFrom('posts')
    .select('id')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.id ?? 0;
}

/** The first posts with an id above `after` and up to `last`, in the order of their ids. */
export async function listPostsById(
  db: Database,
  range: { after: number; last: number; limit: number; visible: PostCondition },
): Promise<ListedPost[]> {
  return db
    .selectFrom('posts')
    .select(['id', 'title', 'date_posted', 'edited_at'])
    .where(range.visible)
    .where('id', '>', range.after)
    .where('id', '<=', range.last)
    .orderBy('id')
    .limit(range.limit)
    .execute();
}
