import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Database } from '../db/database.ts';
import { transact } from '../db/transact.ts';
import { addUser, temporaryLedger } from '../../test/support/pictures/ledger.ts';
import { addNotice, addNoticeForEditors, type Happening } from './notices.service.ts';

async function open(t: TestContext) {
  const { db, clock } = await temporaryLedger(t);
  const told = async () =>
    db.selectFrom('notices').select(['user_id', 'kind', 'comment_id']).orderBy('id').execute();
  const tell = (notice: Happening & { userId: number }) =>
    transact(db, (trx) => addNotice(trx, clock, notice));
  return { db, clock, told, tell };
}

/** Two comments on a post of this person; their ids. */
async function twoComments(db: Database, user_id: number): Promise<[number, number]> {
  const post = { user_id, title: 'A', content: 'B', date_posted: 1 };
  const { id: post_id } = await db
    .insertInto('posts')
    .values(post)
    .returning('id')
    .executeTakeFirstOrThrow();
  const comment = { post_id, user_id, content: 'x', html: 'x', created_at: 1 };
  const [first, second] = await db
    .insertInto('comments')
    .values([comment, comment])
    .returning('id')
    .execute();
  return [first?.id ?? 0, second?.id ?? 0];
}

test('of one comment a person is told once, of another one again, and never of their own', async (t) => {
  const { db, told, tell } = await open(t);
  const [ann, bob] = [await addUser(db, 'ann'), await addUser(db, 'bob')];
  const [first, second] = await twoComments(db, ann);
  await tell({ userId: ann, kind: 'reply', actorId: bob, commentId: first });
  await tell({ userId: ann, kind: 'mention', actorId: bob, commentId: first });
  await tell({ userId: ann, kind: 'mention', actorId: bob, commentId: second });
  await tell({ userId: bob, kind: 'comment', actorId: bob, commentId: second });
  await tell({ userId: ann, kind: 'report', actorId: bob, commentId: second });
  await tell({ userId: ann, kind: 'report', actorId: bob, commentId: second });
  const rows = await told();
  assert.deepEqual(
    rows.map(({ user_id, kind, comment_id }) => [user_id, kind, comment_id]),
    [
      [ann, 'reply', first],
      [ann, 'mention', second],
      [ann, 'report', second],
      [ann, 'report', second],
    ],
  );
});

test('an account that is gone is told nothing, and that is not an error', async (t) => {
  const { db, told, tell } = await open(t);
  const ann = await addUser(db, 'ann');
  await tell({ userId: ann + 1, kind: 'published' });
  assert.deepEqual(await told(), []);
});

test('active editors and owners are told, but not whoever did it', async (t) => {
  const { db, clock, told } = await open(t);
  const ids: Record<string, number> = {};
  for (const name of ['ann', 'bob', 'cleo', 'dan', 'eve']) ids[name] = await addUser(db, name);
  const become = (name: string, change: object) =>
    db.updateTable('users').set(change).where('username', '=', name).execute();
  await become('ann', { role: 'owner' });
  await become('bob', { role: 'editor' });
  await become('cleo', { role: 'editor', state: 'suspended' });
  await become('dan', { role: 'editor' });
  const report: Happening = { kind: 'report', actorId: ids['dan'] ?? null };
  await transact(db, (trx) => addNoticeForEditors(trx, clock, report));
  const rows = await told();
  assert.deepEqual(
    rows.map(({ user_id }) => user_id),
    [ids['ann'], ids['bob']],
  );
});
