import type { PostCondition } from '../auth/policy.ts';
import type { Database } from '../db/database.ts';
import type { PostRow } from '../db/schema.ts';
import type { Place } from './cursor.ts';
import { isBeside } from './lists.store.ts';

/** The posts before and after a post by date, of those that may be read. */
export interface Neighbours {
  previous?: Pick<PostRow, 'id' | 'title'> | undefined;
  next?: Pick<PostRow, 'id' | 'title'> | undefined;
}

/** An index finds both; only their titles are looked up. */
export async function findNeighbours(
  db: Database,
  place: Place,
  visible: PostCondition,
): Promise<Neighbours> {
  const first = (sign: '<' | '>') => {
    const order = sign === '<' ? 'desc' : 'asc';
    const found = db
      .selectFrom('posts')
      .select(['id', 'date_posted'])
      .where(visible)
      .where(isBeside(db, sign, place))
      .orderBy('date_posted', order)
      .orderBy('id', order)
      .limit(1);
    return db
      .selectFrom(found.as('found'))
      .crossJoin('posts')
      .whereRef('posts.id', '=', 'found.id')
      .select(['posts.id', 'posts.title'])
      .executeTakeFirst();
  };
  const [previous, next] = await Promise.all([first('<'), first('>')]);
  return { previous, next };
}
