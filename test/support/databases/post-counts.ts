import assert from 'node:assert/strict';
import type { Database } from '../../../src/db/database.ts';
import type { PostRow } from '../../../src/db/schema.ts';
import { countPosts } from '../../../src/posts/lists.store.ts';
import { openLedger } from '../pictures/ledger.ts';

/**
 * Asserts that the kept counts of published, public and hidden posts are right, in total and for each
 * user; returns the total of published ones.
 */
export async function verifyPostCounts(db: Database): Promise<number> {
  const people = await db
    .selectFrom('users')
    .leftJoin('posts', 'posts.user_id', 'users.id')
    .select(({ fn }) => {
      const count = (state: PostRow['state']) =>
        fn.count<number>('posts.id').filterWhere('posts.state', '=', state);
      return [
        'users.id',
        count('published').as('posts'),
        count('published').filterWhere('posts.audience', '<>', 'members').as('public'),
        count('hidden').as('hidden'),
      ];
    })
    .groupBy('users.id')
    .execute();
  const total = (count: 'posts' | 'public' | 'hidden') =>
    people.reduce((sum, one) => sum + one[count], 0);
  for (const column of ['posts', 'public'] as const) {
    const [alone, all] = [
      { column, hiddenOf: 'nobody' },
      { column, hiddenOf: 'everybody' },
    ] as const;
    for (const one of people) {
      const of = { userId: one.id };
      assert.equal(await countPosts(db, alone, of), one[column], `${column} of ${one.id}`);
      const both = one[column] + one.hidden;
      assert.equal(await countPosts(db, all, of), both, `hidden ones of ${one.id}`);
      const own = { column, hiddenOf: one.id };
      assert.equal(await countPosts(db, own, of), both);
      assert.equal(await countPosts(db, own), total(column) + one.hidden);
    }
    assert.equal(await countPosts(db, alone), total(column));
    assert.equal(await countPosts(db, all), total(column) + total('hidden'));
  }
  const { kept } = await db
    .selectFrom('post_counts')
    .select(({ fn }) => fn.countAll<number>().as('kept'))
    .executeTakeFirstOrThrow();
  assert.ok(kept <= people.length, 'a count outlived its account');
  await verifyMonths(db);
  return total('posts');
}

/** Asserts the same of the kept counts of each month. */
async function verifyMonths(db: Database): Promise<void> {
  const posts = await db
    .selectFrom('posts')
    .select(['date_posted', 'audience'])
    .where('state', '=', 'published')
    .execute();
  const counted: Record<string, { posts: number; public: number }> = {};
  for (const { date_posted, audience } of posts) {
    const month = new Date(Math.floor(date_posted / 1000)).toISOString().slice(0, 7);
    counted[month.replace('-', '')] ??= { posts: 0, public: 0 };
    const count = counted[month.replace('-', '')];
    if (!count) continue;
    count.posts += 1;
    count.public += audience === 'members' ? 0 : 1;
  }
  const kept = await db
    .selectFrom('post_months')
    .select(({ fn }) => [
      'month',
      fn.sum<number | string>('posts').as('posts'),
      fn.sum<number | string>('public').as('public'),
    ])
    .groupBy('month')
    .having(({ fn }) => fn.sum('posts'), '<>', 0)
    .execute();
  const found = kept.map(({ month, ...of }) => [
    String(month),
    { posts: Number(of.posts), public: Number(of.public) },
  ]);
  assert.deepEqual(Object.fromEntries(found), counted);
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
