import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { addUser } from '../../test/support/ledger.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { checkDatabase } from './heartbeat.ts';
import { openSqlite } from './sqlite/open.ts';
import { MIGRATIONS, MIGRATIONS_TABLE } from './migrate.ts';
import { StartError } from '../errors.ts';

test('a new database is made in a new folder, readable only by its owner, with a log', async (t) => {
  const file = join(await temporaryFolder(t), 'new', 'masthead.db');
  const db = await openSqlite(file);
  t.after(() => db.destroy());
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const pragmas = { journal_mode: 'wal', synchronous: 1, foreign_keys: 1, busy_timeout: 0 };
  for (const [name, value] of Object.entries(pragmas)) {
    const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db);
    assert.deepEqual(Object.values(rows[0] ?? {}), [value], name);
  }
});

test('rows are there after the database is opened again', async (t) => {
  const file = join(await temporaryFolder(t), 'masthead.db');
  const first = await openSqlite(file);
  await addUser(first);
  await first.destroy();
  assert.deepEqual(readdirSync(join(file, '..')), ['masthead.db']);
  const second = await openSqlite(file);
  t.after(() => second.destroy());
  assert.equal((await second.selectFrom('users').selectAll().execute()).length, 1);
});

test('the id of a deleted user is not used again, and their data is gone', async (t) => {
  const db = await openSqlite(join(await temporaryFolder(t), 'masthead.db'));
  t.after(() => db.destroy());
  const id = await addUser(db);
  const times = { created_at: 0, last_seen_at: 0, expires_at: 0 };
  await db
    .insertInto('posts')
    .values({ user_id: id, title: '', content: '', date_posted: 0 })
    .execute();
  await db
    .insertInto('sessions')
    .values({ token_hash: 's', user_id: id, user_agent: '', ...times })
    .execute();
  await db
    .insertInto('reset_tokens')
    .values({ token_hash: 'r', user_id: id, expires_at: 0 })
    .execute();
  await db.deleteFrom('users').where('id', '=', id).execute();
  for (const table of ['posts', 'sessions', 'reset_tokens'] as const) {
    assert.deepEqual(await db.selectFrom(table).selectAll().execute(), [], table);
  }
  assert.equal(await addUser(db), id + 1);
});

test('a user has one reset token at a time', async (t) => {
  const db = await openSqlite(join(await temporaryFolder(t), 'masthead.db'));
  t.after(() => db.destroy());
  const row = { user_id: await addUser(db), expires_at: 0 };
  await db
    .insertInto('reset_tokens')
    .values({ token_hash: 'a', ...row })
    .execute();
  await assert.rejects(
    db
      .insertInto('reset_tokens')
      .values({ token_hash: 'b', ...row })
      .execute(),
    /UNIQUE/,
  );
});

test('the heartbeat is one row', async (t) => {
  const db = await openSqlite(join(await temporaryFolder(t), 'masthead.db'));
  t.after(() => db.destroy());
  await checkDatabase(db, 5);
  await checkDatabase(db, 6);
  const rows = await db.selectFrom('heartbeat').selectAll().execute();
  assert.deepEqual(
    rows.map((row) => ({ ...row })),
    [{ id: 1, at: 6 }],
  );
});

test('of several processes that start at once on a new file, one migrates and all can write', async (t) => {
  const file = join(await temporaryFolder(t), 'masthead.db');
  const program = `
    import { checkDatabase } from ${JSON.stringify(import.meta.resolve('./heartbeat.ts'))};
    import { openSqlite } from ${JSON.stringify(import.meta.resolve('./sqlite/open.ts'))};
    const db = await openSqlite(process.argv[1]);
    await checkDatabase(db, 1);
    await db.destroy();`;
  const start = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program, file]);
  await Promise.all([start(), start(), start()]);
  const sqlite = new DatabaseSync(file);
  t.after(() => sqlite.close());
  const { count } = sqlite.prepare(`select count(*) as count from ${MIGRATIONS_TABLE}`).get() ?? {};
  assert.equal(count, MIGRATIONS.length);
});

/** Makes a file that is not Masthead's, or not any more. */
const FOREIGN: Record<string, { make: (file: string) => void | Promise<void>; says: RegExp }> = {
  'the database of another blog': {
    make: (file) => makeSqlite(file, 'create table users (id); create table posts (id)'),
    says: /tables that Masthead did not make \(users, posts\).*masthead import/,
  },
  'a database in write-ahead mode': {
    make: (file) => makeSqlite(file, 'pragma journal_mode = wal; create table posts (id)'),
    says: /tables that Masthead did not make \(posts\)/,
  },
  'a database whose tables are only in its log': {
    make: (file) => makeCrashed(file, 'pragma journal_mode = wal; create table posts (id)'),
    says: /tables that Masthead did not make \(posts\)/,
  },
  "a database with someone else's table beside ours": {
    make: async (file) => {
      await (await openSqlite(file)).destroy();
      makeSqlite(file, 'create table guestbook (id)');
    },
    says: /tables that Masthead did not make \(guestbook\)/,
  },
  'a database of a newer Masthead': {
    make: async (file) => {
      await (await openSqlite(file)).destroy();
      makeSqlite(
        file,
        `insert into ${MIGRATIONS_TABLE} values (${MIGRATIONS.length + 1}); create table x (id)`,
      );
    },
    says: /made by a newer Masthead/,
  },
  'a file that is not a database': {
    make: (file) => writeFileSync(file, 'Dear diary, '.repeat(1000)),
    says: /not a database/,
  },
  'a damaged database': {
    make: (file) => damage(file, (bytes) => bytes.fill(0xaa, 100, 4096)),
    says: /not a database, or is damaged/,
  },
  'a database with a damaged page in the middle': {
    make: (file) => damage(file, (bytes) => bytes.fill(0xaa, 3 * 4096, 4 * 4096)),
    says: /not a database, or is damaged/,
  },
  'a database cut in half': {
    make: (file) => damage(file, (bytes) => bytes.subarray(0, bytes.length / 2)),
    says: /not a database, or is damaged/,
  },
  'an empty file': {
    make: (file) => damage(file, () => Buffer.of()),
    says: /is empty/,
  },
  'a database in use whose log is gone': {
    make: async (file) => {
      await (await openSqlite(file)).destroy();
      writeFileSync(`${file}-shm`, Buffer.alloc(32_768));
    },
    says: /its log .*masthead\.db-wal is missing/,
  },
};

async function damage(file: string, change: (bytes: Buffer) => Buffer): Promise<void> {
  await (await openSqlite(file)).destroy();
  writeFileSync(file, change(readFileSync(file)));
}

for (const [name, { make, says }] of Object.entries(FOREIGN)) {
  test(`refused and left unchanged: ${name}`, async (t) => {
    const folder = await temporaryFolder(t);
    const file = join(folder, 'masthead.db');
    await make(file);
    const before = contents(folder);
    await assert.rejects(openSqlite(file), (error) => {
      assert.ok(error instanceof StartError, String(error));
      assert.match(error.message, says);
      return true;
    });
    assert.deepEqual(contents(folder), before);
  });
}

test('a file that cannot be opened stops the start with its path and the reason', async (t) => {
  const file = join(await temporaryFolder(t), 'file');
  writeFileSync(file, '');
  await assert.rejects(openSqlite(join(file, 'masthead.db')), (error) => {
    assert.ok(error instanceof StartError);
    assert.match(error.message, /file\/masthead\.db cannot be opened: E/);
    return true;
  });
});

test('a folder in place of the file is refused', async (t) => {
  await assert.rejects(openSqlite(await temporaryFolder(t)), /is not a file/);
});

test('a database without tables counts as new', async (t) => {
  const file = join(await temporaryFolder(t), 'tableless.db');
  makeSqlite(file, 'pragma user_version = 1');
  const db = await openSqlite(file);
  assert.equal(await addUser(db), 1);
  await db.destroy();
});

test('a database whose last process was killed is opened with the content of its log', async (t) => {
  const folder = await temporaryFolder(t);
  const living = await openSqlite(join(folder, 'masthead.db'));
  t.after(() => living.destroy());
  await addUser(living);
  const copy = join(folder, 'copy');
  mkdirSync(copy);
  for (const name of ['masthead.db', 'masthead.db-wal']) {
    copyFileSync(join(folder, name), join(copy, name));
  }
  const db = await openSqlite(join(copy, 'masthead.db'));
  t.after(() => db.destroy());
  assert.equal((await db.selectFrom('users').selectAll().execute()).length, 1);
});

function makeSqlite(file: string, statements: string): void {
  const sqlite = new DatabaseSync(file);
  sqlite.exec(statements);
  sqlite.close();
}

/** As a killed process leaves it: the log is beside the file, and nothing of it is in the file yet. */
function makeCrashed(file: string, statements: string): void {
  const living = `${file}.living`;
  const sqlite = new DatabaseSync(living);
  sqlite.exec(statements);
  copyFileSync(living, file);
  copyFileSync(`${living}-wal`, `${file}-wal`);
  sqlite.close();
}

/** Names and bytes of all files; SQLite's shared memory is not part of a database. */
function contents(folder: string): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !name.endsWith('-shm'));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(join(folder, name), 'latin1')]),
  );
}
