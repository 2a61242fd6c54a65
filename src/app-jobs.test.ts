import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUser, HOUR, temporaryLedger } from '../test/support/pictures/ledger.ts';
import { listTimedJobs } from './app-jobs.ts';
import type { Context } from './context.ts';

test('expired sessions, reset tokens and limits are deleted a day later', async (t) => {
  const ledger = await temporaryLedger(t);
  const row = { user_id: await addUser(ledger.db), expires_at: ledger.time.now * 1000 };
  const session = { created_at: 0, last_seen_at: 0, user_agent: '', ...row };
  await ledger.db
    .insertInto('sessions')
    .values([
      { ...session, token_hash: 'ended' },
      { ...session, token_hash: 'later', expires_at: row.expires_at + 1 },
    ])
    .execute();
  await ledger.db
    .insertInto('reset_tokens')
    .values({ ...row, token_hash: 'r' })
    .execute();
  await ledger.db
    .insertInto('email_changes')
    .values({ ...row, token_hash: 'c', email: 'new@example.com' })
    .execute();
  await ledger.db
    .insertInto('rate_limits')
    .values({ key: 'l', points: 1, expire: ledger.time.now })
    .execute();
  const job = listTimedJobs({ ...ledger, mail: {} } as unknown as Context).find(
    ({ name }) => name === 'expired',
  );
  const run = () => job?.run(new AbortController().signal);

  ledger.time.now += 24 * HOUR - 1;
  assert.deepEqual(await run(), { sessions: 0, resetTokens: 0, emailChanges: 0 });
  ledger.time.now += 1;
  assert.deepEqual(await run(), { sessions: 1, resetTokens: 1, emailChanges: 1 });
  const left = await ledger.db.selectFrom('sessions').select('token_hash').execute();
  assert.deepEqual(
    left.map((one) => one.token_hash),
    ['later'],
  );
  assert.deepEqual(await ledger.db.selectFrom('rate_limits').selectAll().execute(), []);
});
