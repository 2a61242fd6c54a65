import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Kysely, sql } from 'kysely';
import { addUser } from '../../../test/support/pictures/ledger.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { until } from '../../../test/support/until.ts';
import { nodeSqliteDialect } from './dialect.ts';
import { openTemporary, usernames } from '../../../test/support/databases/sqlite.ts';

test('a write waits for another process’s lock, and reads continue meanwhile', async (t) => {
  const { db, file } = await openTemporary(t);
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
  for (let n = 0; n < 20; n++) assert.deepEqual(await usernames(db), ['ann']);
  assert.equal(written, 0);
  other.exec('commit');
  other.close();
  await waiting;
  assert.deepEqual(await usernames(db), ['ann', 'bob']);
});

test('two processes that write the same file at once lose nothing', async (t) => {
  const { db, file } = await openTemporary(t);
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
