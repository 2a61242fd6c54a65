import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { addUser } from '../../test/support/pictures/ledger.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openSqlite } from './sqlite/open.ts';
import { MIGRATIONS, MIGRATIONS_TABLE } from './migrate.ts';
import { StartError } from '../errors.ts';

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
