import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { Kysely, sql } from 'kysely';
import { addUser } from '../../../test/support/ledger.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { until } from '../../../test/support/until.ts';
import { Unavailable } from '../../errors.ts';
import { nodeSqliteDialect } from './dialect.ts';
import { openSqlite } from './open.ts';
import { sqliteCode } from './errors.ts';
import { isUniqueViolation } from '../errors.ts';

async function open(t: TestContext) {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'masthead.db');
  const db = await openSqlite(file);
  t.after(() => db.destroy());
  return { db, file };
}

async function names(db: Awaited<ReturnType<typeof open>>['db']): Promise<string[]> {
  const rows = await db.selectFrom('users').select('username').orderBy('id').execute();
  return rows.map(({ username }) => username);
}

test('an insert returns its row, an update returns how many rows it changed', async (t) => {
  const { db } = await open(t);
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
  const { db } = await open(t);
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
  assert.deepEqual(await names(db), ['kept']);
});

test('transactions run one after the other', async (t) => {
  const { db } = await open(t);
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
  const { db } = await open(t);
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
  const { db } = await open(t);
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
  assert.deepEqual(await names(db), []);
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
  const { db } = await open(t);
  for (const turn of [1, 2]) {
    for (let n = 0; n < 250; n++) {
      const { rows } = await sql<{ n: number }>`select ${sql.lit(n)} as n, ${turn} as turn`.execute(
        db,
      );
      assert.equal(rows[0]?.n, n);
    }
  }
});

test('a write waits for another process’s lock, and reads continue meanwhile', async (t) => {
  const { db, file } = await open(t);
  await addUser(db, 'ann');
  const other = new DatabaseSync(file);
  other.exec('begin immediate');
  let written = 0;
  const waiting = Promise.all([
    addUser(db, 'bob').then(() => written++),
    db.transaction().execute(async (trx) => {
      await trx.updateTable('users').set({ created_at: 5 }).execute();
      written++;
    }),
  ]);
  for (let n = 0; n < 20; n++) assert.deepEqual(await names(db), ['ann']);
  assert.equal(written, 0);
  other.exec('commit');
  other.close();
  await waiting;
  assert.deepEqual(await names(db), ['ann', 'bob']);
});

test('two processes that write the same file at once lose nothing', async (t) => {
  const { db, file } = await open(t);
  await addUser(db, 'ann');
  const program = `
    import { openSqlite } from ${JSON.stringify(import.meta.resolve('./open.ts'))};
    const db = await openSqlite(process.argv[1]);
    console.log('ready');
    for (let n = 0; n < 100; n++) {
      await db.transaction().execute(async (trx) => {
        const user = await trx.selectFrom('users').selectAll().executeTakeFirstOrThrow();
        await trx.updateTable('users').set({ token_version: user.token_version + 1 }).execute();
      });
    }
    await db.destroy();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  await once(child.stdout, 'data');
  for (let n = 0; n < 100; n++) {
    await db
      .updateTable('users')
      .set((of) => ({ token_version: of('token_version', '+', 1) }))
      .execute();
  }
  assert.deepEqual(await ended, [0, null]);
  const user = await db.selectFrom('users').select('token_version').executeTakeFirstOrThrow();
  assert.equal(user.token_version, 200);
});

test('only errors of SQLite have a code', () => {
  assert.equal(sqliteCode(new Error('no')), undefined);
  assert.throws(
    () => new DatabaseSync(':memory:').exec('nonsense'),
    (error) => sqliteCode(error) === 1,
  );
});

test('while one waits for the disk others continue, and its failure undoes nothing of theirs', async (t) => {
  const sqlite = new DatabaseSync(join(await temporaryFolder(t), 'some.db'));
  sqlite.exec('create table t (name text)');
  const flushes: PromiseWithResolvers<void>[] = [];
  const flush = () => {
    const one = Promise.withResolvers<void>();
    flushes.push(one);
    return one.promise;
  };
  const db = new Kysely<{ t: { name: string } }>({
    dialect: nodeSqliteDialect(sqlite, {
      log: { flush, endCheckpoints: async () => {}, close: async () => {} },
    }),
  });
  t.after(() => db.destroy());
  const insert = (trx: typeof db, name: string) => trx.insertInto('t').values({ name }).execute();
  const first = db.transaction().execute((trx) => insert(trx, 'first'));
  const lost = assert.rejects(first, /^Error: EIO$/);
  await until('a flush', async () => flushes.length === 1 || undefined);
  await db.transaction().execute(async (trx) => {
    await insert(trx, 'second');
    flushes[0]?.reject(new Error('EIO'));
    await lost;
    await insert(trx, 'third');
    // Its own flush.
    void until('a flush', async () => flushes[1]).then(({ resolve }) => resolve());
  });
  const rows = await db.selectFrom('t').selectAll().execute();
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['first', 'second', 'third'],
  );
});

test('only what may have changed something waits for the disk', async (t) => {
  const sqlite = new DatabaseSync(join(await temporaryFolder(t), 'some.db'));
  let flushes = 0;
  const flush = async () => void flushes++;
  const db = new Kysely<{ t: { name: string } }>({
    dialect: nodeSqliteDialect(sqlite, {
      log: { flush, endCheckpoints: async () => {}, close: async () => {} },
    }),
  });
  t.after(() => db.destroy());
  await sql`create table t (name text)`.execute(db);
  await db.insertInto('t').values({ name: 'one' }).execute();
  assert.equal(flushes, 2);
  await db.selectFrom('t').selectAll().execute();
  await sql`select count(*) from t`.execute(db);
  await sql`
    select name from t`.execute(db);
  assert.equal(flushes, 2);
});
