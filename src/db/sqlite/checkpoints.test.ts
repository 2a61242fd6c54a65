import assert from 'node:assert/strict';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { until } from '../../../test/support/until.ts';
import { openSqlite } from './open.ts';

/** Characters of a setting: a few of them are more than SQLite would leave in the log. */
const LONG = 500_000;
const MANY = 12;

test('pages of the log are moved to the database meanwhile, and nothing is lost', async (t) => {
  const file = join(await temporaryFolder(t), 'masthead.db');
  const db = await openSqlite(file);
  const insert = (name: string, value = 'short') =>
    db.insertInto('settings').values({ name, value, updated_at: 1 }).execute();
  for (let n = 0; n < MANY; n++) await insert(`long ${n}`, 'x'.repeat(LONG));

  // The log is used from its start again once all is moved, but the file only grows.
  await until('most pages to be moved', async () => {
    await insert(`further ${Math.random()}`);
    return statSync(file).size > (LONG * MANY) / 2 || undefined;
  });
  using other = new DatabaseSync(file);
  const version = db.dataVersion.current();
  other.exec('pragma wal_checkpoint(passive)');
  assert.deepEqual(db.dataVersion.current(), version);

  other.close();
  await db.destroy();
  assert.equal(existsSync(`${file}-wal`), false, 'the last connection removes the log');
  using again = new DatabaseSync(file);
  const { left } = again
    .prepare('select count(*) as left from settings where length(value) = ?')
    .get(LONG) as { left: number };
  assert.equal(left, MANY);
});
