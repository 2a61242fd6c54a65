import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { Database } from '../../src/db/database.ts';
import { transact } from '../../src/db/transact.ts';
import { insertPosts } from '../../src/import/imports.store.ts';
import { deletePost, insertPost } from '../../src/posts/writing/writing.store.ts';
import { deleteUser } from '../../src/users/users.store.ts';
import { addUser, deleteAccount, temporaryLedger } from '../support/pictures/ledger.ts';
import { verifyPostCounts } from '../support/databases/post-counts.ts';

/** More people than the total has slots. */
const PEOPLE = 20;

const post = (user_id: number, form_key: string | null = null) => ({
  user_id,
  form_key,
  title: 'A title',
  content: 'Some text',
  date_posted: ((user_id % 40) - 5) * 20 * 24 * 3_600_000_000 - 1,
});

async function addPeople(db: Database): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < PEOPLE; n++) ids.push(await addUser(db, `person ${n} of ${Math.random()}`));
  return ids;
}

/**
 * Publishes what is hidden, hides what is unpublished, and unpublishes the rest; or opens what is for members, and the other way: the post at this
 * place in the list, or all.
 */
async function turnOver(db: Database, what: 'state' | 'audience', row?: number): Promise<void> {
  const all = await db.selectFrom('posts').select('id').orderBy('id').execute();
  const chosen = row === undefined ? all : all.slice(row % (all.length || 1)).slice(0, 1);
  if (chosen.length === 0) return;
  await db
    .updateTable('posts')
    .set(
      what === 'state'
        ? {
            state: sql`case state when 'published' then 'unpublished' when 'hidden' then 'published' else 'hidden' end`,
          }
        : {
            audience: sql`case audience when 'members' then 'blog' else 'members' end`,
            members_only: sql`1 - members_only`,
          },
    )
    .where(
      'id',
      'in',
      chosen.map(({ id }) => id),
    )
    .execute();
}

/** Changes of posts; `person` and `row` choose among the existing ones. */
const step = fc.record({
  act: fc.constantFrom(
    'write',
    'write unpublished',
    'send twice',
    'import',
    'delete',
    'turn over',
    'turn all over',
    'open',
    'open all',
    'move',
    'write hidden',
    'hand over',
    'write for members',
    'undo',
    'leave',
  ),
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
        if (act === 'write unpublished') {
          await insertPost(db, { ...post(author), state: 'unpublished' });
        }
        if (act === 'write hidden') await insertPost(db, { ...post(author), state: 'hidden' });
        if (act === 'send twice') await insertPost(db, post(author, `form ${row % 3}`));
        if (act === 'import') {
          const some = people.slice(person).map((id, n) => ({ ...post(id), id: 1e6 + row + n }));
          await insertPosts(db, some);
        }
        if (act === 'delete') {
          const ids = await db.selectFrom('posts').select('id').orderBy('id').execute();
          await deletePost(db, ids[row % (ids.length || 1)]?.id ?? 0);
        }
        if (act === 'write for members') {
          await insertPost(db, { ...post(author), audience: 'members' });
        }
        if (act === 'turn over') await turnOver(db, 'state', row);
        if (act === 'turn all over') await turnOver(db, 'state');
        if (act === 'open') await turnOver(db, 'audience', row);
        if (act === 'open all') await turnOver(db, 'audience');
        if (act === 'move') {
          // Both at once, as an edit does.
          await db
            .updateTable('posts')
            .set({ state: (['published', 'unpublished', 'hidden'] as const)[row % 3] ?? 'hidden' })
            .set({ audience: row % 3 ? 'everyone' : 'members', members_only: row % 3 ? 0 : 1 })
            .where('user_id', '=', author)
            .execute();
        }
        if (act === 'hand over') {
          const heir = people[row % people.length] ?? 0;
          await db
            .updateTable('posts')
            .set({ user_id: heir, form_key: null })
            .where('user_id', '=', author)
            .execute();
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

test('people who write, unpublish, delete and leave at the same time are all counted, without deadlocks', async (t) => {
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
        const changed = db.updateTable('posts').where('id', '=', id ?? 0);
        if (turn % 3 === 1) await changed.set({ state: 'unpublished' }).execute();
        if (turn % 6 === 1) await changed.set({ state: 'published' }).execute();
        if (turn % 3 === 0) await deletePost(db, id ?? 0);
      }
    }),
  );
  const leaving = people.filter((_, n) => n % 4 === 0).map((id) => deleteAccount(ledger, id));
  await Promise.all([...work, ...leaving]);
  // Each of three writes eight, deletes three, and takes one of the others back for good.
  assert.equal(await verifyPostCounts(db), (PEOPLE - PEOPLE / 4) * 3 * 4);
});
