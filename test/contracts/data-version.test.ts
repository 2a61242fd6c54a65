import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type ColumnMetadata, type Kysely, type RawBuilder, sql, type TableMetadata } from 'kysely';
import type { DatabaseConfig } from '../../src/config.ts';
import type { Database, OpenDatabase } from '../../src/db/database.ts';
import { RECENT_MS } from '../../src/db/data-version.ts';
import { type Effect, RULES } from '../../src/db/data-version-rules.ts';
import { POSTGRESQL, SQLITE } from '../../src/db/ddl.ts';
import { openDatabase } from '../../src/db/open.ts';
import { MIGRATIONS_TABLE } from '../../src/db/migrate.ts';
import { tableNames, tablesInReach, withNewDatabase } from '../../src/db/tables.ts';
import { transact } from '../../src/db/transact.ts';
import { schemaOf } from '../support/databases/database-schema.ts';
import { openUnmigrated } from '../support/databases/earlier-database.ts';
import { addUser } from '../support/pictures/ledger.ts';
import { emptyDatabase, ON_POSTGRESQL } from '../support/databases/postgres.ts';
import { watchSteps } from '../support/steps.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const DDL = ON_POSTGRESQL ? POSTGRESQL : SQLITE;

async function emptyPlace(t: TestContext): Promise<DatabaseConfig> {
  if (ON_POSTGRESQL) return { kind: 'postgresql', url: await emptyDatabase(t), poolSize: 4 };
  return { kind: 'sqlite', file: join(await temporaryFolder(t), 'masthead.db') };
}

/** A database, and another process's connection to it. */
async function openTwice(t: TestContext) {
  const config = await emptyPlace(t);
  const db = await openDatabase(config);
  const other = await openDatabase(config);
  t.after(() => Promise.all([db.destroy(), other.destroy()]));
  return { config, db, other };
}

/** Names for changes of content and access. */
const EFFECTS: Record<string, Effect> = {
  'true,true': 'both',
  'true,false': 'content',
  'false,true': 'access',
};

/** What has changed for readers while `write` ran. */
async function effectOf(db: OpenDatabase, write: () => Promise<unknown>): Promise<Effect> {
  const before = await db.dataVersion.current();
  await write();
  const after = await db.dataVersion.current();
  assert.ok(before && after);
  const moved = [after.content !== before.content, after.access !== before.access].join();
  return EFFECTS[moved] ?? 'nothing';
}

test('each table has a rule: what a write to it changes for readers', async (t) => {
  const { db } = await openTwice(t);
  const tables = (await ownTables(db)).map(({ name }) => name);
  const undecided = tables.filter((name) => !Object.hasOwn(RULES, name));
  assert.deepEqual(undecided, [], 'say it of these in src/db/data-version-rules.ts');
  // SQLite has one that PostgreSQL does not need.
  const known = new Set([...tables, ...(await withNewDatabase(tableNames))]);
  assert.deepEqual(new Set(Object.keys(RULES)).difference(known), new Set());
});

/** Without the tables of SQLite's full-text index. */
async function ownTables(db: OpenDatabase): Promise<TableMetadata[]> {
  const list = sql<{ name: string }>`select name from pragma_table_list where type = 'shadow'`;
  const { rows } = ON_POSTGRESQL ? { rows: [] } : await list.execute(db);
  const others = new Set([MIGRATIONS_TABLE, ...rows.map(({ name }) => name)]);
  return (await tablesInReach(db)).filter(({ name }) => !others.has(name));
}

/** Values for columns that need a special one. Everything else belongs to user 7 and post 7. */
const EXAMPLES: Record<string, Record<string, unknown>> = {
  users: { id: 8 },
  posts: { id: 8, members_only: 0 },
  post_texts: { post_id: 6 },
  post_counts: { user_id: 99 },
  pictures: { kind: 'post', state: 'live', due_at: null },
  picture_uses: { draft_id: null, revision_id: null },
  heartbeat: { id: 1 },
  post_totals: { slot: 99 },
  pinned_posts: { place: 1 },
  data_versions: { slot: 99, content: 0, access: 0 },
  revisions: { draft_id: null },
  comments: { parent_id: null, state: 'visible' },
  notices: { comment_id: null },
  reports: { comment_id: null },
  tags: { id: 8 },
};

test('each write to each table has the effect that its rule says', async (t) => {
  const { db, other } = await openTwice(t);
  await addUser7(db);
  await db
    .insertInto('posts')
    .values([6, 7].map((id) => ({ ...post(7), id })))
    .execute();
  await db.insertInto('tags').values({ id: 7, name: 'Soup', key: 'soup' }).execute();
  await sql`update users set id = 99 where id = ${await addUser(db, 'bob')}`.execute(db);
  for (const { name, columns } of await ownTables(db)) {
    const rule = RULES[name] ?? 'nothing';
    const {
      insert,
      update,
      delete: removal,
    } = typeof rule === 'string' ? { insert: rule, update: rule, delete: rule } : rule;
    const row = { ...Object.fromEntries(columns.map(exampleOf)), ...EXAMPLES[name] };
    const [key = ''] = Object.keys(row);
    const table = sql.table(name);
    const effect = (write: RawBuilder<unknown>) => effectOf(db, () => write.execute(other));
    const change = (column: string, to: unknown, of = row[key]) =>
      effect(sql`update ${table} set ${sql.ref(column)} = ${to} where ${sql.ref(key)} = ${of}`);

    const refs = sql.join(Object.keys(row).map((column) => sql.ref(column)));
    const values = sql.join(Object.values(row));
    const inserted = await effect(sql`insert into ${table} (${refs}) values (${values})`);
    assert.equal(inserted, insert, `insert into ${name}`);
    if (typeof update === 'string') {
      assert.equal(await change(key, row[key]), update, `update ${name}`);
    } else {
      assert.deepEqual(new Set(Object.keys(update)), new Set(Object.keys(row)), `all of ${name}`);
      for (const [column, value] of Object.entries(row)) {
        const next = value === 'x' ? 'y' : Number(value) + 1;
        assert.equal(await change(column, value), 'nothing', `the same ${name}.${column}`);
        assert.equal(await change(column, next), update[column], `update ${name}.${column}`);
        await change(column, value, column === key ? next : row[key]);
      }
    }
    const removed = await effect(sql`delete from ${table} where ${sql.ref(key)} = ${row[key]}`);
    assert.equal(removed, removal, `delete from ${name}`);
  }
});

const exampleOf = ({ name, dataType }: ColumnMetadata): [string, unknown] => [
  name,
  dataType.toLowerCase() === 'text' ? 'x' : 7,
];

async function addUser7(db: OpenDatabase): Promise<void> {
  await sql`update users set id = 7 where id = ${await addUser(db)}`.execute(db);
}

const post = (user_id: number) => ({ user_id, title: 'A', content: 'B', date_posted: 1 });

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
