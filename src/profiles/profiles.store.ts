import { type Insertable, type RawBuilder, sql } from 'kysely';
import type { Counted } from '../auth/policy.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { Schema, UserRow } from '../db/schema.ts';

type Bio = Pick<Required<Insertable<Schema['profiles']>>, 'bio' | 'html' | 'renderer'>;

/** What a person says about themselves; undefined for nothing. */
export async function findBio(db: Database, userId: number): Promise<Bio | undefined> {
  return db
    .selectFrom('profiles')
    .select(['bio', 'html', 'renderer'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** Stores what a person says about themselves, replacing what they said before. */
export async function putBio(trx: Transaction, userId: number, bio: Bio): Promise<void> {
  await trx
    .insertInto('profiles')
    .values({ user_id: userId, ...bio })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(bio))
    .execute();
}

/** Removes what a person says about themselves. */
export async function deleteBio(trx: Transaction, userId: number): Promise<void> {
  await trx.deleteFrom('profiles').where('user_id', '=', userId).execute();
}

/** Somebody who has written; `posts`: how many posts of theirs are counted. */
export type Writer = Pick<UserRow, 'id' | 'username' | 'picture_key' | 'created_at'> & {
  posts: number;
};

/** People with a higher id than `after` and at least one post that is `counted`, by id. */
export async function listWriters(
  db: Database,
  { counted, after, limit }: { counted: Counted; after: number; limit: number },
): Promise<Writer[]> {
  const posts = postsOf(counted);
  return (
    db
      .selectFrom('post_counts')
      .innerJoin('users', 'users.id', 'post_counts.user_id')
      .select(['users.id', 'users.username', 'users.picture_key', 'users.created_at'])
      .select(posts.as('posts'))
      // As a literal, so that the partial indexes are used.
      .where(posts, '>', sql.lit(0))
      .where('post_counts.user_id', '>', after)
      .orderBy('post_counts.user_id')
      .limit(limit)
      .execute()
  );
}

/** How many posts of a row of `post_counts` are counted. */
function postsOf({ column, hiddenOf }: Counted): RawBuilder<number> {
  const shown = sql.ref(`post_counts.${column}`);
  if (hiddenOf === 'nobody') return sql`${shown}`;
  if (hiddenOf === 'everybody') return sql`(${shown} + post_counts.hidden)`;
  return sql`(${shown} + case post_counts.user_id when ${hiddenOf} then post_counts.hidden else 0 end)`;
}
