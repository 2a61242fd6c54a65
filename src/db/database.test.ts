import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { addUser } from '../../test/support/pictures/ledger.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { checkDatabase } from './heartbeat.ts';
import { openSqlite } from './sqlite/open.ts';
import { MIGRATIONS, MIGRATIONS_TABLE } from './migrate.ts';

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
