import { sql } from 'kysely';
import type { Database } from '../../db/database.ts';
import type { CommentRow } from '../../db/schema.ts';

/** A comment that waits for an editor, and the title of its post. */
export interface HeldComment extends Pick<
  CommentRow,
  'id' | 'post_id' | 'user_id' | 'content' | 'html' | 'renderer' | 'created_at'
> {
  username: string | null;
  picture_key: string | null;
  title: string;
}

/** Nobody reads an unpublished post, so nothing on it can be approved. */
const held = (db: Database) =>
  db
    .selectFrom('comments')
    .innerJoin('posts', 'posts.id', 'comments.post_id')
    .where('comments.state', '=', sql.lit('held' as const))
    .where('posts.state', '<>', sql.lit('unpublished' as const));

/** Comments that wait for an editor, with a higher id than `after`, oldest first. */
export async function listHeld(
  db: Database,
  { after, limit }: { after: number; limit: number },
): Promise<HeldComment[]> {
  return held(db)
    .leftJoin('users', 'users.id', 'comments.user_id')
    .select([
      'comments.id',
      'comments.post_id',
      'comments.user_id',
      'comments.content',
      'comments.html',
      'comments.renderer',
      'comments.created_at',
      'users.username',
      'users.picture_key',
      'posts.title',
    ])
    .where('comments.id', '>', after)
    .orderBy('comments.id')
    .limit(limit)
    .execute();
}

/** How many comments wait for an editor; `most` stands for all above. */
export async function countHeld(db: Database, most: number): Promise<number> {
  const { count } = await db
    .selectFrom(held(db).select('comments.id').limit(most).as('some'))
    .select((of) => of.fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
