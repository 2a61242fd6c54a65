import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { newResetLink, resetPassword } from '../../../../src/users/reset.service.ts';
import { getUser } from '../../../../src/users/users.service.ts';
import { createClient } from '../../../support/client.ts';
import { ON_POSTGRESQL } from '../../../support/databases/postgres.ts';
import { startServer } from '../../../support/server.ts';
import { until } from '../../../support/until.ts';

const TIMES = 5;

test('if several requests have found the same reset token, only one succeeds', async () => {
  await using server = await startServer();
  const { context: ctx } = server;
  const ann = await createClient(server.url).person();
  const link = await newResetLink(ctx, await getUser(ctx, ann.id));
  const token = link.split('token=')[1] ?? '';
  const uses = await ctx.db.transaction().execute(async (trx) => {
    await trx.selectFrom('users').select('id').where('id', '=', ann.id).forUpdate().execute();
    const begun = Array.from({ length: TIMES }, (_, n) =>
      resetPassword(ctx, token, `new word ${n}`),
    );
    const settled = Promise.allSettled(begun);
    // Each has found the token and waits for the row; on SQLite they wait before looking.
    // Asked outside the transaction, in which PostgreSQL's answer would stay the same.
    if (ON_POSTGRESQL) {
      await until('all of them to wait', async () => {
        const waiting = sql<{ count: number }>`select count(*) as count from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`;
        return (await waiting.execute(ctx.db)).rows[0]?.count === TIMES || undefined;
      });
    }
    return { settled };
  });
  const outcomes = await uses.settled;
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') assert.match(String(outcome.reason), /Invalid or expired/);
  }
});
