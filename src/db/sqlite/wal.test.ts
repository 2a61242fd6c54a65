import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { addUser } from '../../../test/support/pictures/ledger.ts';
import { watchSteps } from '../../../test/support/steps.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { Unavailable } from '../../errors.ts';
import type { OpenDatabase } from '../database.ts';
import { openSqlite } from './open.ts';

async function opened(t: TestContext) {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'masthead.db');
  const db = await openSqlite(file);
  t.after(() => db.destroy());
  return { db, folder, file };
}

/** The first words of the statements and flushes that `action` runs. */
async function stepsOf(action: () => Promise<unknown>): Promise<string[]> {
  const steps: string[] = [];
  const stop = await watchSteps((step) => steps.push(step.split(' ', 1)[0] ?? ''));
  try {
    await action();
  } finally {
    stop();
  }
  return steps;
}

test('a write is flushed before it is confirmed; a read is not', async (t) => {
  const { db } = await opened(t);
  assert.deepEqual(await stepsOf(() => addUser(db)), ['insert', 'datasync']);
  const change = () => db.updateTable('users').set({ created_at: 7 }).execute();
  assert.deepEqual(await stepsOf(change), ['update', 'datasync']);
  const read = () => db.selectFrom('users').selectAll().execute();
  assert.deepEqual(await stepsOf(read), ['select']);
  const two = () =>
    db.transaction().execute(async (trx) => {
      await addUser(trx, 'bob');
      await addUser(trx, 'cem');
    });
  assert.deepEqual(await stepsOf(two), ['begin', 'insert', 'insert', 'commit', 'datasync']);
});

test('a write that changes nothing waits for the flush of what is there', async (t) => {
  const { db } = await opened(t);
  const again = () =>
    db
      .insertInto('heartbeat')
      .values({ id: 1, at: 7 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  await again();
  assert.deepEqual(await stepsOf(again), ['insert', 'datasync']);
});

/** Makes the one flush during `action` fail. */
async function whileFlushFails(action: () => Promise<unknown>): Promise<void> {
  let failed = false;
  const stop = await watchSteps((step) => {
    if (step !== 'datasync' || failed) return;
    failed = true;
    throw new Error('EIO');
  });
  await action().finally(stop);
}

function namesIn(file: string): string[] {
  using sqlite = new DatabaseSync(file);
  return sqlite
    .prepare('select username from users order by id')
    .all()
    .map((row) => String(row['username']));
}

test('after a failed flush, nothing is confirmed until the database holds everything without the log', async (t) => {
  const { db, folder, file } = await opened(t);
  await whileFlushFails(() => assert.rejects(addUser(db, 'ada'), Unavailable));
  assert.equal(db.errors.other, 1);
  await addUser(db, 'bob');
  const alone = join(folder, 'alone.db');
  copyFileSync(file, alone);
  assert.deepEqual(namesIn(alone), ['ada', 'bob']);
  // From then on the log is trusted again, from its start.
  assert.deepEqual(await stepsOf(() => addUser(db, 'cem')), ['insert', 'datasync']);
  assert.deepEqual(await namesOf(db), ['ada', 'bob', 'cem']);
});

test('while the log cannot be restarted, writes are not confirmed', async (t) => {
  const { db, file } = await opened(t);
  await addUser(db, 'ada');
  const reader = new DatabaseSync(file, { readOnly: true });
  reader.exec('begin; select count(*) from users');
  await whileFlushFails(() => assert.rejects(addUser(db, 'bob'), Unavailable));
  await assert.rejects(addUser(db, 'cem'), Unavailable);
  reader.close();
  await addUser(db, 'dan');
  assert.deepEqual(await namesOf(db), ['ada', 'bob', 'cem', 'dan']);
});

async function namesOf(db: OpenDatabase): Promise<string[]> {
  const users = await db.selectFrom('users').select('username').orderBy('id').execute();
  return users.map(({ username }) => username);
}

test('a database behind a link has its log where the link points to', async (t) => {
  const folder = await temporaryFolder(t);
  mkdirSync(join(folder, 'elsewhere'));
  await (await openSqlite(join(folder, 'elsewhere', 'real.db'))).destroy();
  const link = join(folder, 'masthead.db');
  symlinkSync(join('elsewhere', 'real.db'), link);
  const db = await openSqlite(link);
  t.after(() => db.destroy());
  await addUser(db, 'ada');
  assert.deepEqual(await namesOf(db), ['ada']);
});
