import assert from 'node:assert/strict';
import type { Database } from '../../src/db/database.ts';
import { countPosts } from '../../src/posts/posts.store.ts';
import { openLedger } from './ledger.ts';

/** Asserts that the kept counts of published posts are right, in total and for each user; returns the total. */
export async function verifyPostCounts(db: Database): Promise<number> {
  const people = await db
    .selectFrom('users')
    .leftJoin('posts', (join) =>
      join.onRef('posts.user_id', '=', 'users.id').on('posts.state', '=', 'published'),
    )
    .select(({ fn }) => ['users.id', fn.count<number>('posts.id').as('posts')])
    .groupBy('users.id')
    .execute();
  for (const { id, posts } of people) assert.equal(await countPosts(db, id), posts, `user ${id}`);
  const total = people.reduce((sum, { posts }) => sum + posts, 0);
  assert.equal(await countPosts(db), total);
  const { kept } = await db
    .selectFrom('post_counts')
    .select(({ fn }) => fn.countAll<number>().as('kept'))
    .executeTakeFirstOrThrow();
  assert.ok(kept <= people.length, 'a count outlived its account');
  return total;
}

/** The same for the database of a server or command with this data folder. */
export async function verifyPostCountsOf(dataDir: string): Promise<number> {
  const { db, media } = await openLedger(dataDir);
  try {
    return await verifyPostCounts(db);
  } finally {
    await db.destroy();
    media.close();
  }
}
