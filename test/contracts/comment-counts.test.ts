import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Database } from '../../src/db/database.ts';
import { deletePost, insertPost } from '../../src/posts/writing/writing.store.ts';
import { deleteUser } from '../../src/users/users.store.ts';
import { addUser, temporaryLedger } from '../support/pictures/ledger.ts';

const STATES = ['visible', 'held', 'hidden', 'removed'] as const;

async function addPost(db: Database, user_id: number): Promise<number> {
  const post = { user_id, title: 'A title', content: 'Some text', date_posted: 1 };
  return (await insertPost(db, post)) ?? assert.fail();
}

const comment = (post_id: number, user_id: number) => ({
  post_id,
  user_id,
  content: 'Yes',
  html: '<p>Yes</p>',
  created_at: 1,
});

/** Asserts that the kept counts are right for every post, and that no count outlives its post. */
async function verifyCounts(db: Database): Promise<void> {
  const { rows: wrong } = await sql`
    select posts.id from posts
    where (select count(*) from comments where post_id = posts.id and state = 'visible')
      <> (select coalesce(sum(comments), 0) from comment_counts where post_id = posts.id)
    union all select post_id from comment_counts where post_id not in (select id from posts)`.execute(
    db,
  );
  assert.deepEqual(wrong, []);
}

const step = fc.record({
  act: fc.constantFrom('add', 'reply', 'add many', 'turn', 'turn all', 'delete post', 'leave'),
  state: fc.constantFrom(...STATES),
  row: fc.nat(20),
});

test('the kept counts of comments equal the real ones, whatever is written and deleted', async (t) => {
  const { db } = await temporaryLedger(t);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), async (steps) => {
      const author = await addUser(db, `author ${Math.random()}`);
      const people = [
        await addUser(db, `a ${Math.random()}`),
        await addUser(db, `b ${Math.random()}`),
      ];
      const posts = [await addPost(db, author), await addPost(db, author)];
      for (const { act, state, row } of steps) {
        const post = posts[row % posts.length];
        const person = people[row % people.length];
        if (post === undefined || person === undefined) continue;
        const rows = await db
          .selectFrom('comments')
          .select(['id', 'post_id', 'parent_id'])
          .orderBy('id')
          .execute();
        const one = rows[row % (rows.length || 1)];
        const put = db.insertInto('comments');
        if (act === 'add') await put.values({ ...comment(post, person), state }).execute();
        if (act === 'reply' && one) {
          const parent_id = one.parent_id ?? one.id;
          await put.values({ ...comment(one.post_id, person), parent_id }).execute();
        }
        if (act === 'add many') {
          const many = Array.from({ length: row }, (_, n) => ({
            ...comment(posts[n % posts.length] ?? post, person),
            state: STATES[n % 4] ?? state,
          }));
          if (many.length > 0) await put.values(many).execute();
        }
        const change = db.updateTable('comments').set({ state });
        if (act === 'turn' && one) await change.where('id', '=', one.id).execute();
        if (act === 'turn all') await change.execute();
        if (act === 'delete post' && posts.length > 1) {
          await deletePost(db, post);
          posts.splice(posts.indexOf(post), 1);
        }
        if (act === 'leave' && people.length > 1) {
          await deleteUser(db, person);
          people.splice(people.indexOf(person), 1);
        }
        await verifyCounts(db);
      }
    }),
    { numRuns: 15 },
  );
});

test('the end of an account empties its comments and leaves the replies to them', async (t) => {
  const { db } = await temporaryLedger(t);
  const [ann, bob] = [await addUser(db, 'ann'), await addUser(db, 'bob')];
  const post = await addPost(db, bob);
  const put = (more: object) =>
    db
      .insertInto('comments')
      .values({ ...comment(post, ann), ...more })
      .returning('id')
      .executeTakeFirstOrThrow();
  const { id } = await put({ form_key: 'key', anchor: '1.ab' });
  await put({ parent_id: id, user_id: bob });
  await deleteUser(db, ann);
  const left = await db
    .selectFrom('comments')
    .select(['user_id', 'parent_id', 'content', 'html', 'state', 'form_key'])
    .orderBy('id')
    .execute();
  assert.deepEqual(
    left.map((row) => ({ ...row })),
    [
      { user_id: null, parent_id: null, content: '', html: '', state: 'removed', form_key: null },
      {
        user_id: bob,
        parent_id: id,
        content: 'Yes',
        html: '<p>Yes</p>',
        state: 'visible',
        form_key: null,
      },
    ],
  );
  await verifyCounts(db);
  await deleteUser(db, bob);
  assert.deepEqual(await db.selectFrom('comments').selectAll().execute(), []);
});
