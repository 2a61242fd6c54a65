import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSecretToken } from '../../../src/auth/tokens.ts';
import { deleteUser } from '../../../src/users/users.service.ts';
import { addUser } from '../../support/pictures/ledger.ts';
import { until } from '../../support/until.ts';
import {
  DAY,
  SECOND,
  answers,
  ask,
  rowsOf,
  sentOf,
  tokensOf,
  waitForTurn,
  withMail,
} from '../../support/flows/mail-queue.ts';

test('a mail that is to come later is tried again after 30 to 60 s, with a link of its own', async (t) => {
  const refused: string[] = [];
  const { ctx, time, received, deliver } = await withMail(t, {
    server: {
      onRcptTo: (_address, _session, done) => {
        if (refused.push('RCPT') > 1) done();
        else done(Object.assign(new Error('Greylisted'), { responseCode: 451 }));
      },
    },
  });
  await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  assert.deepEqual(await deliver(), { sent: 0, later: 1, dropped: 0 });
  const before = await ctx.db.selectFrom('reset_tokens').select('token_hash').executeTakeFirst();
  assert.deepEqual(await deliver(), { sent: 0, later: 0, dropped: 0 });
  assert.equal(refused.length, 1);
  const waited = await waitForTurn(ctx, time);
  // The job runs every ten seconds.
  assert.ok(waited >= 30 * SECOND && waited <= 50 * SECOND, String(waited));
  assert.deepEqual(await deliver(), { sent: 1, later: 0, dropped: 0 });
  const [token = ''] = tokensOf(received);
  const stored = await ctx.db.selectFrom('reset_tokens').select('token_hash').execute();
  assert.equal(stored[0]?.token_hash, hashSecretToken(token));
  assert.notEqual(stored[0]?.token_hash, before?.token_hash);
  assert.deepEqual(await rowsOf(ctx), []);
});

test('a row holds a person and a kind, and neither a text nor a token', async (t) => {
  const { ctx, deliver } = await withMail(t, { server: { onRcptTo: answers(451) } });
  const id = await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  await deliver();
  const [row = assert.fail('no row')] = await rowsOf(ctx);
  const { id: _id, asked_at: _asked, due_at: _due, ...rest } = row;
  assert.deepEqual(rest, {
    user_id: id,
    kind: 'reset',
    address: '',
    tries: 1,
    claimed_until: null,
  });
});

test('a mail is tried five times in two days, and then given up', async (t) => {
  const { ctx, time, received, deliver } = await withMail(t, {
    server: { onRcptTo: answers(451, 421, 450, 452, 451) },
  });
  await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  const begun = time.now;
  for (let tries = 1; tries < 5; tries += 1) {
    assert.deepEqual(await deliver(), { sent: 0, later: 1, dropped: 0 });
    await waitForTurn(ctx, time);
  }
  assert.ok((time.now - begun) * 1000 < 2 * DAY);
  assert.deepEqual(await deliver(), { sent: 0, later: 0, dropped: 1 });
  assert.deepEqual(await rowsOf(ctx), []);
  assert.deepEqual(received, []);
});

test('a mail that is refused permanently is given up at once', async (t) => {
  const { ctx, deliver } = await withMail(t, { server: { onRcptTo: answers(550) } });
  await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  assert.deepEqual(await deliver(), { sent: 0, later: 0, dropped: 1 });
  assert.deepEqual(await rowsOf(ctx), []);
});

for (const [trouble, variables] of Object.entries({
  'a server that is away': { MAIL_PORT: '1' },
  'a wrong password': { MAIL_USERNAME: 'clark', MAIL_PASSWORD: 'lane' },
})) {
  test(`${trouble} costs no mail`, async (t) => {
    const { ctx, deliver } = await withMail(t, { variables });
    await addUser(ctx.db, 'ann');
    await ask(ctx, 'ann');
    assert.deepEqual(await deliver(), { sent: 0, later: 1, dropped: 0 });
    assert.equal((await rowsOf(ctx)).length, 1);
  });
}

test('who asks twice before a mail is sent gets one; who asks while it is sent gets another', async (t) => {
  const reached: (() => void)[] = [];
  const { ctx, received, deliver } = await withMail(t, {
    server: { onRcptTo: (_address, _session, done) => void reached.push(() => done()) },
  });
  await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  await ask(ctx, 'ann');
  const delivering = deliver();
  const first = await until('the first mail', async () => reached.shift());
  await ctx.db.updateTable('mails').set({ asked_at: 1 }).execute();
  first();
  const second = await until('the second mail', async () => reached.shift());
  second();
  assert.deepEqual(await delivering, { sent: 2, later: 0, dropped: 0 });
  assert.equal(received.length, 2);
  assert.deepEqual(await rowsOf(ctx), []);
});

test('who asks again while a mail waits gets it now, and is not given up sooner', async (t) => {
  const { ctx, time, received, deliver } = await withMail(t, {
    server: { onRcptTo: answers(451, 451) },
  });
  await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  await deliver();
  await waitForTurn(ctx, time);
  await deliver();
  time.now += 1000;
  await ask(ctx, 'ann');
  const [row] = await rowsOf(ctx);
  assert.equal(row?.tries, 0);
  assert.deepEqual(await deliver(), { sent: 1, later: 0, dropped: 0 });
  assert.equal(received.length, 1);
});

test('an address that nobody has costs a row as well, and sends nothing', async (t) => {
  const { ctx, received, deliver } = await withMail(t);
  await ask(ctx, 'nobody');
  await ask(ctx, 'nobody');
  assert.equal((await rowsOf(ctx)).length, 2);
  assert.deepEqual(await deliver(), { sent: 0, later: 0, dropped: 2 });
  assert.deepEqual([received, await rowsOf(ctx), await sentOf(ctx)], [[], [], [0]]);
});

test('no more mails are sent on a day than the limit; the others wait for the next', async (t) => {
  const { ctx, time, received, deliver } = await withMail(t, {
    variables: { MAIL_DAILY_LIMIT: '2' },
    server: { onRcptTo: answers(550) },
  });
  for (const name of ['eve', 'ann', 'bob', 'cy', 'di']) {
    await addUser(ctx.db, name);
    await ask(ctx, name);
    time.now += 1;
  }
  // A refused mail does not count.
  const counts = await deliver();
  assert.deepEqual(counts, { sent: 2, later: 0, dropped: 1 });
  assert.equal((await rowsOf(ctx)).length, 2);
  time.now += (DAY / 1000) * 0.4;
  assert.deepEqual(await deliver(), { sent: 0, later: 0, dropped: 0 });
  time.now += (DAY / 1000) * 0.2;
  assert.deepEqual(await deliver(), { sent: 2, later: 0, dropped: 0 });
  assert.equal(received.length, 4);
  assert.deepEqual(await sentOf(ctx), [2, 2]);
});

test('mails of an account that is deleted go with it', async (t) => {
  const { ctx, deliver } = await withMail(t);
  const id = await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  await deleteUser(ctx, id);
  assert.deepEqual(await rowsOf(ctx), []);
  assert.deepEqual(await deliver(), { sent: 0, later: 0, dropped: 0 });
});

test('a mail of a kind that this version does not know is left to one that does', async (t) => {
  const { ctx, deliver } = await withMail(t);
  const userId = await addUser(ctx.db, 'ann');
  await ctx.mail.queue.add({ kind: 'of tomorrow', userId });
  assert.deepEqual(await deliver(), { sent: 0, later: 0, dropped: 0 });
  assert.equal((await rowsOf(ctx)).length, 1);
});

test('adding in a transaction that is undone adds nothing', async (t) => {
  const { ctx } = await withMail(t);
  const userId = await addUser(ctx.db, 'ann');
  const undone = ctx.db.transaction().execute(async (trx) => {
    await ctx.mail.queue.add({ kind: 'reset', userId }, trx);
    throw new Error('undone');
  });
  await assert.rejects(undone, /undone/);
  assert.deepEqual(await rowsOf(ctx), []);
});
