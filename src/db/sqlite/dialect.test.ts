import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { addUser } from '../../../test/support/pictures/ledger.ts';
import { Unavailable } from '../../errors.ts';
import { sqliteCode } from './errors.ts';
import { isUniqueViolation } from '../errors.ts';
import { openTemporary, usernames } from '../../../test/support/databases/sqlite.ts';

test('an insert returns its row, an update returns how many rows it changed', async (t) => {
  const { db } = await openTemporary(t);
  assert.equal(await addUser(db, 'ann'), 1);
  assert.equal(await addUser(db, 'bob'), 2);
  const updated = await db.updateTable('users').set({ created_at: 7 }).executeTakeFirst();
  assert.equal(updated.numUpdatedRows, 2n);
  const post = { user_id: 2, title: 't', content: 'c', date_posted: 1_772_874_300_123_456 };
  assert.equal((await db.insertInto('posts').values(post).executeTakeFirst()).insertId, 1n);
  const { date_posted: posted } = await db
    .selectFrom('posts')
    .select('date_posted')
    .executeTakeFirstOrThrow();
  assert.equal(posted, 1_772_874_300_123_456);
});

test('a query outside waits for the open transaction and is not part of it', async (t) => {
  const { db } = await openTemporary(t);
  const order: string[] = [];
  const within = Promise.withResolvers<void>();
  const failed = db.transaction().execute(async (trx) => {
    await addUser(trx, 'undone');
    within.resolve();
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    order.push('transaction');
    throw new Error('no');
  });
  await within.promise;
  const outside = addUser(db, 'kept').then(() => order.push('outside'));
  await assert.rejects(failed, /^Error: no$/);
  await outside;
  assert.deepEqual(order, ['transaction', 'outside']);
  assert.deepEqual(await usernames(db), ['kept']);
});

test('transactions run one after the other', async (t) => {
  const { db } = await openTemporary(t);
  const id = await addUser(db);
  const rise = () =>
    db.transaction().execute(async (trx) => {
      const { token_version: version } = await trx
        .selectFrom('users')
        .select('token_version')
        .executeTakeFirstOrThrow();
      await setImmediate();
      await trx
        .updateTable('users')
        .set({ token_version: version + 1 })
        .execute();
    });
  await Promise.all(Array.from({ length: 20 }, rise));
  const user = await db.selectFrom('users').select('token_version').where('id', '=', id).execute();
  assert.equal(user[0]?.token_version, 20);
});

test('a broken unique constraint names its column, another error names none', async (t) => {
  const { db } = await openTemporary(t);
  await addUser(db, 'ann');
  const taken = (change: object) =>
    db
      .insertInto('users')
      .values({
        username: 'x',
        username_key: 'x',
        email: 'x',
        email_key: 'x',
        password_hash: '-',
        created_at: 0,
        ...change,
      })
      .execute();
  for (const change of [{ username_key: 'ann' }, { email_key: 'ann@example.com' }, { id: 1 }]) {
    await assert.rejects(taken(change), isUniqueViolation);
  }
  const orphan = { user_id: 9, title: '', content: '', date_posted: 0 };
  await assert.rejects(
    db.insertInto('posts').values(orphan).execute(),
    (error) => /FOREIGN KEY/.test(String(error)) && !isUniqueViolation(error),
  );
  await assert.rejects(
    taken({ email: null }),
    (error) => /NOT NULL/.test(String(error)) && !isUniqueViolation(error),
  );
  assert.ok(!isUniqueViolation(new Error('UNIQUE constraint failed: users.email_key')));
});

test('after SQLite itself has rolled back, nothing more of the transaction is written', async (t) => {
  const { db } = await openTemporary(t);
  // A statement that can violate a constraint or has a trigger would be undone alone.
  await sql`create table texts (text text)`.execute(db);
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db);
  await sql.raw(`pragma max_page_count = ${Number(rows[0]?.page_count) + 2}`).execute(db);
  const full = db.transaction().execute(async (trx) => {
    await addUser(trx, 'ann');
    await assert.rejects(
      sql`insert into texts values (${'x'.repeat(100_000)})`.execute(trx),
      isFull,
    );
    await addUser(trx, 'bob');
  });
  await assert.rejects(full, /SQLite has rolled the transaction back/);
  assert.deepEqual(await usernames(db), []);
  const alone = { user_id: 1, title: 't', content: 'x'.repeat(100_000), date_posted: 0 };
  await sql`pragma foreign_keys = off`.execute(db);
  await assert.rejects(db.insertInto('posts').values(alone).execute(), isFull);
});

/** The client gets a 503, and the log the reason. */
function isFull(error: unknown): boolean {
  assert.ok(error instanceof Unavailable && error.cause instanceof Error, String(error));
  assert.match(error.cause.message, /full/);
  return error.message === 'Database unavailable';
}

test('more statements than are kept prepared still work', async (t) => {
  const { db } = await openTemporary(t);
  for (const turn of [1, 2]) {
    for (let n = 0; n < 250; n++) {
      const { rows } = await sql<{ n: number }>`select ${sql.lit(n)} as n, ${turn} as turn`.execute(
        db,
      );
      assert.equal(rows[0]?.n, n);
    }
  }
});

test('only errors of SQLite have a code', () => {
  assert.equal(sqliteCode(new Error('no')), undefined);
  assert.throws(
    () => new DatabaseSync(':memory:').exec('nonsense'),
    (error) => sqliteCode(error) === 1,
  );
});
