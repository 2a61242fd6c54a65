import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import pino from 'pino';
import { addUser } from '../../../test/support/pictures/ledger.ts';
import { databaseUrl, emptyDatabase, query } from '../../../test/support/databases/postgres.ts';
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

/** Returns what was said. */
async function refused(url: string, says: RegExp): Promise<string> {
  let message = '';
  await assert.rejects(open(url), (error) => {
    assert.ok(error instanceof StartError, String(error));
    ({ message } = error);
    assert.match(message, says);
    assert.doesNotMatch(message, /\n|of-the-tests|hunter2|127\.0\.0\.1/);
    return true;
  });
  return message;
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
    // The words of a post; SQLite has a full-text index of its own.
    const isIndex = type === 'tsvector' && column['table_name'] === 'post_index';
    const fits = isIndex || type === 'bigint' || (type === 'text' && collation === 'C');
    assert.ok(fits, JSON.stringify(column));
  }
});

test('texts are sorted by their bytes, whatever the database’s collation', async (t) => {
  const db = await opened(t, await emptyDatabase(t));
  for (const name of ['b', 'B', 'é', 'a', 'A']) await addUser(db, name);
  const rows = await db.selectFrom('users').select('username').orderBy('username').execute();
  assert.deepEqual(
    rows.map(({ username }) => username),
    ['A', 'B', 'a', 'b', 'é'],
  );
});

test('times are numbers to the microsecond, and an integer beyond 2^53 is an error', async (t) => {
  const db = await opened(t, await emptyDatabase(t));
  const time = 1_772_874_300_123_456;
  await checkDatabase(db, time);
  assert.deepEqual(await db.selectFrom('heartbeat').selectAll().execute(), [{ id: 1, at: time }]);
  await sql`update heartbeat set at = ${String(2n ** 53n)}`.execute(db);
  await assert.rejects(db.selectFrom('heartbeat').selectAll().execute(), RangeError);
});

test('the id of a deleted user is not used again', async (t) => {
  const db = await opened(t, await emptyDatabase(t));
  const id = await addUser(db);
  await db.deleteFrom('users').where('id', '=', id).execute();
  assert.equal(await addUser(db), id + 1);
});

test('a violated unique constraint is recognised', async (t) => {
  const db = await opened(t, await emptyDatabase(t));
  await addUser(db, 'ann');
  await assert.rejects(addUser(db, 'ann'), isUniqueViolation);
  const orphan = { user_id: 9, title: '', content: '', date_posted: 0 };
  await assert.rejects(db.insertInto('posts').values(orphan).execute(), (error) => {
    assert.ok(!(error instanceof Unavailable));
    return !isUniqueViolation(error);
  });
});

test('of two transactions in a deadlock, one is run again', async (t) => {
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

/** Makes a database that is not Masthead's, or not any more. */
const FOREIGN: Record<string, { statements: string[]; ours: boolean; says: RegExp }> = {
  'the database of another blog': {
    ours: false,
    statements: ['create table users (id int)', 'create view posts as select 1'],
    says: /tables that Masthead did not make \(posts, users\).*masthead import/,
  },
  "a database with someone else's table beside ours": {
    ours: true,
    statements: ['create table guestbook (id int)'],
    says: /tables that Masthead did not make \(guestbook\)/,
  },
  'a database of a newer Masthead': {
    ours: true,
    statements: [
      `insert into ${MIGRATIONS_TABLE} values (${MIGRATIONS.length + 1})`,
      'create table x (id int)',
    ],
    says: /made by a newer Masthead/,
  },
};

for (const [name, { statements, ours, says }] of Object.entries(FOREIGN)) {
  test(`refused and left unchanged: ${name}`, async (t) => {
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

test('a fault in the address is reported in one line, without the password', async (t) => {
  const url = await emptyDatabase(t);
  const other = (change: Partial<URL>) => Object.assign(new URL(url), change).href;
  await refused(
    other({ password: 'hunter2' }),
    /at DATABASE_URL \(user masthead\) cannot be used: password authentication failed .*; check the URL, .* as %2F/,
  );
  await refused(databaseUrl(url, 'nowhere'), /cannot be used: the server has no database of this/);
  await refused(
    other({ hostname: 'hunter2.invalid' }),
    /cannot be used: .*; check its host, .* as %2F/,
  );
  await refused(other({ port: '1' }), /cannot be used: connect ECONNREFUSED$/);
});

/** A user without rights, and how they are taken. */
const WITHOUT_RIGHTS: Record<string, { take: string[]; says: RegExp; remedy: RegExp }> = {
  'to create tables in the schema, as on PostgreSQL 15': {
    take: ['revoke create on schema public from public'],
    says: /^The user "a b" may not create tables in the schema public of the database \w+, as/,
    remedy: /run in it: (grant create on schema public to "a b")$/,
  },
  'to use the schema': {
    take: ['revoke all on schema public from public'],
    says: /^The user "a b" may use no schema of the database \w+ that its search_path names\./,
    remedy: /run in it: (create schema authorization "a b")$/,
  },
};

for (const [right, { take, says, remedy }] of Object.entries(WITHOUT_RIGHTS)) {
  test(`a user without the right ${right} is told what to run, and that is enough`, async (t) => {
    const url = await emptyDatabase(t);
    for (const statement of take) await query(url, statement);
    await asOther(url, async (own) => {
      const said = await refused(own, says);
      const [, statement = assert.fail(said)] = remedy.exec(said) ?? [];
      await query(url, statement);
      await (await open(own)).destroy();
    });
  });
}

test('a user whose tables belong to another is told so', async (t) => {
  const url = await emptyDatabase(t);
  await (await open(url)).destroy();
  await query(url, 'grant create on schema public to public');
  await asOther(url, (own) =>
    refused(own, /permission denied for table .*; the tables .* must belong to the user a b/),
  );
});

/** Lends the URL of a user without any right of their own. */
async function asOther(url: string, use: (own: string) => Promise<unknown>): Promise<void> {
  await query(url, `create role "a b" login password 'x'`);
  try {
    await use(Object.assign(new URL(url), { username: 'a b', password: 'x' }).href);
  } finally {
    await query(url, 'drop owned by "a b"');
    await query(url, 'drop role "a b"');
  }
}
