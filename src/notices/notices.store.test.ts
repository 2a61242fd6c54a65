import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { transact } from '../db/transact.ts';
import { addUser, temporaryLedger } from '../../test/support/ledger.ts';
import { addNotice, addNoticeForEditors, type Happening } from './notices.service.ts';

async function open(t: TestContext) {
  const { db, clock } = await temporaryLedger(t);
  const told = async () =>
    db.selectFrom('notices').select(['user_id', 'kind', 'comment_id']).orderBy('id').execute();
  const tell = (notice: Happening & { userId: number }) =>
    transact(db, (trx) => addNotice(trx, clock, notice));
  return { db, clock, told, tell };
}

test('of one comment a person is told once, of another one again, and never of their own', async (t) => {
  const { db, told, tell } = await open(t);
  const [ann, bob] = [await addUser(db, 'ann'), await addUser(db, 'bob')];
  await tell({ userId: ann, kind: 'reply', actorId: bob, commentId: 1 });
  await tell({ userId: ann, kind: 'mention', actorId: bob, commentId: 1 });
  await tell({ userId: ann, kind: 'mention', actorId: bob, commentId: 2 });
  await tell({ userId: bob, kind: 'comment', actorId: bob, commentId: 2 });
  await tell({ userId: ann, kind: 'report', actorId: bob, commentId: 2 });
  await tell({ userId: ann, kind: 'report', actorId: bob, commentId: 2 });
  const rows = await told();
  assert.deepEqual(
    rows.map(({ user_id, kind, comment_id }) => [user_id, kind, comment_id]),
    [
      [ann, 'reply', 1],
      [ann, 'mention', 2],
      [ann, 'report', 2],
      [ann, 'report', 2],
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
