import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUser, type Ledger, temporaryLedger } from '../../test/support/pictures/ledger.ts';
import { transact } from '../db/transact.ts';
import { revokeCredentials, setPassword } from '../users/users.store.ts';
import { insertSession } from './sessions.store.ts';

function logIn({ db }: Ledger, userId: number, hash: string, tokenVersion: number) {
  const session = { token_hash: hash, user_id: userId, created_at: 0, user_agent: '' };
  return insertSession(db, { ...session, last_seen_at: 0, expires_at: 9 }, tokenVersion);
}

function changePassword({ db }: Ledger, userId: number) {
  return transact(db, async (trx) => {
    await setPassword(trx, { userId, hash: 'new', now: 1 });
    await revokeCredentials(trx, userId);
  });
}

async function sessionsOf({ db }: Ledger): Promise<string[]> {
  const rows = await db.selectFrom('sessions').select('token_hash').execute();
  return rows.map((row) => row.token_hash);
}

test('a login with a password verified before it changed starts no session', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  await changePassword(ledger, userId);
  assert.equal(await logIn(ledger, userId, 'late', 0), false);
  assert.equal(await logIn(ledger, userId, 'new', 1), true);
  assert.equal(await logIn(ledger, userId + 1, 'nobody', 0), false);
  assert.deepEqual(await sessionsOf(ledger), ['new']);
});

test('logins at the same time as a change of password leave no session of the old password', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  for (let version = 0; version < 30; version++) {
    const logins = [1, 2, 3].map((n) => logIn(ledger, userId, `${version} ${n}`, version));
    await Promise.all([...logins, changePassword(ledger, userId)]);
    assert.deepEqual(await sessionsOf(ledger), [], `after ${version} changes`);
  }
});
