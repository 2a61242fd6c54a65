import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { pino } from 'pino';
import { addUser } from '../../../test/support/ledger.ts';
import { databaseUrl, emptyDatabase, query } from '../../../test/support/postgres.ts';
import { StartError, Unavailable } from '../../errors.ts';
import { type Database } from '../database.ts';
import { checkDatabase } from '../heartbeat.ts';
import { openDatabase } from '../open.ts';
import { isUniqueViolation } from '../errors.ts';
import { MIGRATIONS, MIGRATIONS_TABLE } from '../migrate.ts';
import { transact } from '../transact.ts';

const SILENT = pino({ enabled: false });

function open(url: string, poolSize = 3): Promise<Database> {
  return openDatabase({ kind: 'postgresql', url, poolSize }, { log: SILENT });
}

async function opened(t: { after: (end: () => Promise<void>) => void }, url: string) {
  const db = await open(url);
  t.after(() => db.destroy());
  return db;
}

async function refused(url: string, says: RegExp): Promise<void> {
  await assert.rejects(open(url), (error) => {
    assert.ok(error instanceof StartError, String(error));
    assert.match(error.message, says);
    assert.doesNotMatch(error.message, /\n|of-the-tests/);
    return true;
  });
}

test('ten processes that start at once on an empty database migrate it once', async (t) => {
  const url = await emptyDatabase(t);
  const program = `
    import { checkDatabase } from ${JSON.stringify(import.meta.resolve('../heartbeat.ts'))};
    import { openDatabase } from ${JSON.stringify(import.meta.resolve('../open.ts'))};
    const db = await openDatabase({ kind: 'postgresql', url: process.argv[1], poolSize: 1 });
    await checkDatabase(db, 1);
    await db.destroy();`;
  const start = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, url]);
  await Promise.all(Array.from({ length: 10 }, start));
  const rows = await query(url, `select number from ${MIGRATIONS_TABLE} order by number`);
  assert.deepEqual(
    rows,
    MIGRATIONS.map((_, index) => ({ number: index + 1 })),
  );
});

test('every column has the type and the order that SQLite has', async (t) => {
  const url = await emptyDatabase(t);
  await opened(t, url);
  const columns = await query(
    url,
    `select table_name, column_name, data_type, collation_name from information_schema.columns
     where table_schema = 'public' and table_name <> '${MIGRATIONS_TABLE}'`,
  );
  assert.ok(columns.length > 20);
  for (const column of columns) {
    const { data_type: type, collation_name: collation } = column;
    const fits = type === 'bigint' || (type === 'text' && collation === 'C');
    assert.ok(fits, JSON.stringify(column));
  }
});

test('texts are sorted by their bytes, whatever the order of the database', async (t) => {
  const db = await opened(t, await emptyDatabase(t));
  for (const name of ['b', 'B', 'é', 'a', 'A']) await addUser(db, name);
  const rows = await db.selectFrom('users').select('username').orderBy('username').execute();
  assert.deepEqual(
    rows.map(({ username }) => username),
    ['A', 'B', 'a', 'b', 'é'],
  );
});

test('times are numbers to the microsecond, and what a number cannot hold is an error', async (t) => {
  const db = await opened(t, await emptyDatabase(t));
  const time = 1_772_874_300_123_456;
  await checkDatabase(db, time);
  assert.deepEqual(await db.selectFrom('heartbeat').selectAll().execute(), [{ id: 1, at: time }]);
  await sql`update heartbeat set at = ${String(2n ** 53n)}`.execute(db);
  await assert.rejects(db.selectFrom('heartbeat').selectAll().execute(), RangeError);
});

test('the id of a deleted person is not given again', async (t) => {
  const db = await opened(t, await emptyDatabase(t));
  const id = await addUser(db);
  await db.deleteFrom('users').where('id', '=', id).execute();
  assert.equal(await addUser(db), id + 1);
});

test('a broken constraint is told from others', async (t) => {
  const db = await opened(t, await emptyDatabase(t));
  await addUser(db, 'ann');
  await assert.rejects(addUser(db, 'ann'), isUniqueViolation);
  const orphan = { user_id: 9, title: '', content: '', date_posted: 0 };
  await assert.rejects(db.insertInto('posts').values(orphan).execute(), (error) => {
    assert.ok(!(error instanceof Unavailable));
    return !isUniqueViolation(error);
  });
});

test('of two in each other’s way one is done again', async (t) => {
  const db = await opened(t, await emptyDatabase(t));
  const [ann, bob] = [await addUser(db, 'ann'), await addUser(db, 'bob')];
  const bothHoldOne = Promise.withResolvers<void>();
  let begun = 0;
  const rise = (first: number, second: number) =>
    transact(db, async (trx) => {
      for (const id of [first, second]) {
        await trx
          .updateTable('users')
          .set((row) => ({ token_version: row('token_version', '+', 1) }))
          .where('id', '=', id)
          .execute();
        if (++begun === 2) bothHoldOne.resolve();
        await bothHoldOne.promise;
      }
    });
  await Promise.all([rise(ann, bob), rise(bob, ann)]);
  const rows = await db.selectFrom('users').select('token_version').execute();
  assert.deepEqual(rows, [{ token_version: 2 }, { token_version: 2 }]);
  assert.ok(begun > 4, 'there was a deadlock');
});

/** Makes a database that is not Masthead's, or no longer. */
const FOREIGN: Record<string, { statements: string[]; ours: boolean; says: RegExp }> = {
  'the database of another blog': {
    ours: false,
    statements: ['create table users (id int)', 'create view posts as select 1'],
    says: /tables that Masthead did not make \(posts, users\).*masthead import/,
  },
  "one with another's table beside ours": {
    ours: true,
    statements: ['create table comments (id int)'],
    says: /tables that Masthead did not make \(comments\)/,
  },
  'one of a newer Masthead': {
    ours: true,
    statements: [
      `insert into ${MIGRATIONS_TABLE} values (${MIGRATIONS.length + 1})`,
      'create table x (id int)',
    ],
    says: /made by a newer Masthead/,
  },
};

for (const [name, { statements, ours, says }] of Object.entries(FOREIGN)) {
  test(`refused and left as it is: ${name}`, async (t) => {
    const url = await emptyDatabase(t);
    if (ours) await (await open(url)).destroy();
    for (const statement of statements) await query(url, statement);
    const before = await relations(url);
    await refused(url, says);
    assert.deepEqual(await relations(url), before);
  });
}

const relations = (url: string) =>
  query(url, 'select oid, relname from pg_class where oid > 16383 order by oid');

test('a database of another encoding is refused', async (t) => {
  const url = await emptyDatabase(
    t,
    "encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C'",
  );
  await refused(url, /has the encoding LATIN1; Masthead needs one made with UTF8/);
});

test('what is wrong with an address is said in one line, without the password', async (t) => {
  const url = await emptyDatabase(t);
  const other = (change: Partial<URL>) => Object.assign(new URL(url), change).href;
  await refused(other({ password: 'hunter2' }), /cannot be used: password authentication failed/);
  await refused(databaseUrl(url, 'nowhere'), /\/nowhere cannot be used: .*does not exist/);
});
