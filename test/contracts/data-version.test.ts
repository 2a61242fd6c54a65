import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Kysely, sql } from 'kysely';
import type { Database } from '../../src/db/database.ts';
import { RECENT_MS } from '../../src/db/data-version.ts';
import { type Effect } from '../../src/db/data-version-rules.ts';
import { POSTGRESQL, SQLITE } from '../../src/db/ddl.ts';
import { openDatabase } from '../../src/db/open.ts';
import { transact } from '../../src/db/transact.ts';
import { schemaOf } from '../support/databases/database-schema.ts';
import { openUnmigrated } from '../support/databases/earlier-database.ts';
import { addUser } from '../support/pictures/ledger.ts';
import { ON_POSTGRESQL } from '../support/databases/postgres.ts';
import { watchSteps } from '../support/steps.ts';
import { openTwice, effectOf, addUser7, post } from '../support/databases/two-connections.ts';

const DDL = ON_POSTGRESQL ? POSTGRESQL : SQLITE;

/** Actions of the program, and what they should change for readers. */
const WRITES: [string, Effect, string][] = [
  [
    'a probe',
    'nothing',
    'insert into heartbeat values (1, 1) on conflict (id) do update set at = 2',
  ],
  ['a limit that is counted', 'nothing', "insert into rate_limits values ('x', 1, 1)"],
  ['a login', 'nothing', "insert into sessions values ('hash', 7, 1, 1, 9, '')"],
  ['a use of the session', 'nothing', 'update sessions set last_seen_at = 2, expires_at = 10'],
  ['a logout', 'access', "delete from sessions where token_hash = 'hash'"],
  ['a mail with a reset link', 'nothing', "insert into reset_tokens values ('hash', 7, 9)"],
  ['its use', 'nothing', 'delete from reset_tokens'],
  ['a password', 'access', 'update users set token_version = token_version + 1 where id = 7'],
  ['a hash', 'nothing', "update users set password_hash = 'stronger' where id = 7"],
  [
    'an upload that begins',
    'nothing',
    "insert into pictures (key, user_id, state, created_at, due_at) values ('key', 7, 'pending', 1, 1)",
  ],
  ['one that ends', 'nothing', "update pictures set state = 'live', due_at = null"],
  ['a face', 'content', "update users set picture_key = 'key' where id = 7"],
  ['a face to be deleted', 'nothing', "update pictures set state = 'doomed', due_at = 1"],
  ['its file is gone', 'content', 'delete from pictures'],
  ['a name', 'content', "update users set username = 'Anne' where id = 7"],
  ['the same name', 'nothing', "update users set username = 'Anne' where id = 7"],
  ['an address', 'access', "update users set email = 'anne@example.com' where id = 7"],
  [
    'a post',
    'content',
    "insert into posts (user_id, title, content, date_posted) values (7, '', '', 1)",
  ],
  ['its text', 'content', "update posts set content = 'x'"],
  ['its end', 'content', 'delete from posts'],
  ['no post', 'nothing', 'delete from posts'],
  ['the end of an account', 'both', 'delete from users where id = 7'],
];

test('writes change for readers what they should, from any process', async (t) => {
  const { config, db, other } = await openTwice(t);
  await addUser7(db);
  // Not by Masthead, but by the host.
  await using byHand = openUnmigrated(config);
  for (const [what, effect, statement] of WRITES) {
    for (const connection of [byHand, other, db]) {
      const undone = await effectOf(db, async () => {
        const inVain = transact(connection as Database, async (trx) => {
          await sql.raw(statement).execute(trx);
          throw new Error('undone');
        });
        await assert.rejects(inVain, /^Error: undone$/);
      });
      assert.equal(undone, 'nothing', `${what}, undone`);
    }
    assert.equal(await effectOf(db, () => sql.raw(statement).execute(byHand)), effect, what);
  }
});

test('a deletion counts everything that is deleted with it', async (t) => {
  const { db, other } = await openTwice(t);
  const user_id = await addUser(db);
  await db
    .insertInto('posts')
    .values([post(user_id), post(user_id)])
    .execute();
  const effect = await effectOf(db, () => other.deleteFrom('users').execute());
  assert.equal(effect, 'both');
});

test('versions rise once per transaction, however much it writes, and never fall', async (t) => {
  const { db } = await openTwice(t);
  const user_id = await addUser(db);
  const before = await db.dataVersion.current();
  await transact(db, async (trx) => {
    for (let n = 0; n < 50; n++) await trx.insertInto('posts').values(post(user_id)).execute();
    await trx.deleteFrom('posts').execute();
  });
  const after = await db.dataVersion.current();
  assert.ok(before && after && after.content > before.content);
  if (ON_POSTGRESQL) assert.equal(after.content, before.content + 1);
  await assert.rejects(
    transact(db, async (trx) => {
      await trx.insertInto('posts').values(post(user_id)).execute();
      // SQLite sees the uncommitted change; PostgreSQL is asked through another connection.
      const during = await db.dataVersion.current();
      assert.deepEqual(during, ON_POSTGRESQL ? after : undefined);
      throw new Error('undone');
    }),
    /undone/,
  );
  assert.deepEqual(await db.dataVersion.current(), after);
});

if (ON_POSTGRESQL) {
  test('PostgreSQL is asked once in the stated time for those who wrote nothing, and after a write at once', async (t) => {
    const { db, other } = await openTwice(t);
    const user_id = await addUser(db);
    let asked = 0;
    const stop = await watchSteps((step) => {
      if (step.includes('from data_versions')) asked++;
    });
    t.after(stop);
    const begun = performance.now();
    for (let n = 0; n < 20; n++) {
      await db.dataVersion.recent();
      await db.selectFrom('users').select('id').execute();
    }
    const most = 1 + Math.floor((performance.now() - begun) / RECENT_MS);
    assert.ok(asked <= most, `${asked} times`);
    asked = 0;
    for (let n = 0; n < 3; n++) await db.dataVersion.current();
    assert.equal(asked, 3, 'those who may have written ask each time');

    const before = await db.dataVersion.recent();
    await db.insertInto('posts').values(post(user_id)).execute();
    const after = await db.dataVersion.recent();
    assert.equal(after?.content, (before?.content ?? 0) + 1);
    await other.insertInto('posts').values(post(user_id)).execute();
    assert.equal((await db.dataVersion.current())?.content, (before?.content ?? 0) + 2);
  });

  test('PostgreSQL is asked again once a transaction is committed, not while it writes', async (t) => {
    const { db } = await openTwice(t);
    const user_id = await addUser(db);
    let asked = 0;
    const stop = await watchSteps((step) => {
      if (step.includes('from data_versions')) asked++;
    });
    t.after(stop);
    const before = await db.dataVersion.recent();
    const begun = performance.now();
    asked = 0;
    await transact(db, async (trx) => {
      for (let n = 0; n < 20; n++) {
        await trx.insertInto('posts').values(post(user_id)).execute();
        await db.dataVersion.recent();
      }
    });
    const most = 1 + Math.floor((performance.now() - begun) / RECENT_MS);
    assert.ok(asked <= most, `${asked} times`);
    const after = await db.dataVersion.recent();
    assert.equal(after?.content, (before?.content ?? 0) + 1);
  });

  test('no transaction locks the versions while others write: they are written last', async (t) => {
    const { db, other } = await openTwice(t);
    const user_id = await addUser(db);
    const before = await db.dataVersion.current();
    await transact(db, async (trx) => {
      await trx.insertInto('posts').values(post(user_id)).execute();
      await transact(other, async (second) => {
        await sql`select * from data_versions for update nowait`.execute(second);
      });
    });
    const after = await db.dataVersion.current();
    assert.equal(after?.content, (before?.content ?? 0) + 1);
  });
}

test('wrong and missing triggers are repaired by the next start, which counts as a change', async (t) => {
  const { config, db } = await openTwice(t);
  const schema = await schemaOf(db as Kysely<unknown>);
  const before = await db.dataVersion.current();
  const [{ name } = { name: '' }] = (
    await sql.raw<{ name: string }>(DDL.triggerNames).execute(db)
  ).rows.filter((row) => row.name.startsWith('data_version_posts_insert'));
  await sql.raw(DDL.dropTrigger(name)).execute(db);
  const old = {
    name: 'data_version_heartbeat_update_0123456789ab',
    table: 'heartbeat',
    event: 'update',
    statement: 'update data_versions set content = content + 1',
    onceAs: 'masthead.old',
  } as const;
  for (const statement of DDL.triggerAtCommit(old)) await sql.raw(statement).execute(db);
  assert.notDeepEqual(await schemaOf(db as Kysely<unknown>), schema);

  await (await openDatabase(config)).destroy();
  assert.deepEqual(await schemaOf(db as Kysely<unknown>), schema);
  const after = await db.dataVersion.current();
  assert.ok(before && after && after.content > before.content && after.access > before.access);
  await (await openDatabase(config)).destroy();
  assert.deepEqual(await db.dataVersion.current(), after, 'a start that changes nothing');
});
