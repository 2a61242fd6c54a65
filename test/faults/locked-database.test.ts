import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { checkDatabase, openDatabase } from '../../src/db/database.ts';
import { Unavailable } from '../../src/errors.ts';
import { addUser } from '../support/ledger.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('a lock that stays ends in Unavailable for every write', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'masthead.db');
  const db = await openDatabase(file);
  t.after(() => db.destroy());
  const other = new DatabaseSync(file);
  t.after(() => other.close());
  other.exec('begin immediate');
  const writes = [
    addUser(db, 'ann'),
    db.transaction().execute((trx) => trx.deleteFrom('users').execute()),
    checkDatabase(db, 1),
  ];
  for (const write of await Promise.allSettled(writes)) {
    assert.ok(write.status === 'rejected' && write.reason instanceof Unavailable);
    assert.equal(write.reason.message, 'Database unavailable');
  }
  other.exec('rollback');
  assert.equal(await addUser(db, 'bob'), 1);
});
