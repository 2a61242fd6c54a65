import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Database } from '../../src/db/database.ts';
import { transact } from '../../src/db/transact.ts';
import { insertPosts } from '../../src/import/imports.store.ts';
import { deletePost, insertPost } from '../../src/posts/posts.store.ts';
import { deleteUser } from '../../src/users/users.store.ts';
import { addUser, deleteAccount, temporaryLedger } from '../support/ledger.ts';
import { verifyPostCounts } from '../support/post-counts.ts';

/** More people than the total has slots. */
const PEOPLE = 20;

const post = (user_id: number, form_key: string | null = null) => ({
  user_id,
  form_key,
  title: 'A title',
  content: 'Some text',
  date_posted: 1,
});

async function addPeople(db: Database): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < PEOPLE; n++) ids.push(await addUser(db, `person ${n} of ${Math.random()}`));
  return ids;
}

/** Changes of posts; `person` and `row` choose among the existing ones. */
const step = fc.record({
  act: fc.constantFrom('write', 'send twice', 'import', 'delete', 'undo', 'leave'),
  person: fc.nat(PEOPLE - 1),
  row: fc.nat(30),
});

test('the kept counts equal the real ones, whatever is written and deleted', async (t) => {
  const { db } = await temporaryLedger(t);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const people = await addPeople(db);
      for (const { act, person, row } of steps) {
        const author = people[person % people.length] ?? 0;
        if (act === 'write') await insertPost(db, post(author));
        if (act === 'send twice') await insertPost(db, post(author, `form ${row % 3}`));
        if (act === 'import') {
          const some = people.slice(person).map((id, n) => ({ ...post(id), id: 1e6 + row + n }));
          await insertPosts(db, some);
        }
        if (act === 'delete') {
          const ids = await db.selectFrom('posts').select('id').orderBy('id').execute();
          await deletePost(db, ids[row % (ids.length || 1)]?.id ?? 0);
        }
        if (act === 'undo') {
          const undone = transact(db, async (trx) => {
            await insertPost(trx, post(author));
            await deleteUser(trx, author);
            throw new Error('undone');
          });
          await assert.rejects(undone, /undone/);
        }
        if (act === 'leave' && people.length > 1) {
          await deleteUser(db, author);
          people.splice(person % people.length, 1);
        }
      }
      await verifyPostCounts(db);
    }),
    { numRuns: 15 },
  );
});

test('people who write, delete and leave at the same time are all counted, without deadlocks', async (t) => {
  const ledger = await temporaryLedger(t);
  const { db } = ledger;
  const people = await addPeople(db);
  const work = people.flatMap((author, n) =>
    [0, 1, 2].map(async () => {
      for (let turn = 0; turn < 8; turn++) {
        // A user who was deleted meanwhile cannot write.
        const id = await insertPost(db, post(author)).catch((error: unknown) => {
          if (n % 4 !== 0) throw error;
          return 0;
        });
        if (turn % 3 === 0) await deletePost(db, id ?? 0);
      }
    }),
  );
  const leaving = people.filter((_, n) => n % 4 === 0).map((id) => deleteAccount(ledger, id));
  await Promise.all([...work, ...leaving]);
  // Each of three writes eight and deletes three.
  assert.equal(await verifyPostCounts(db), (PEOPLE - PEOPLE / 4) * 3 * 5);
});
