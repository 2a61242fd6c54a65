import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUser } from '../../support/pictures/ledger.ts';
import { DAY, ask, deliverer, rowsOf, sentOf, withMail } from '../../support/flows/mail-queue.ts';

test('of two nodes each sends another part of what is due', async (t) => {
  const { ctx, received, open, deliver } = await withMail(t);
  const other = await open();
  t.after(() => other[Symbol.asyncDispose]());
  const names = Array.from({ length: 20 }, (_, index) => `person${index}`);
  for (const name of names) {
    await addUser(ctx.db, name);
    await ask(ctx, name);
  }
  const counts = await Promise.all([deliver(), deliverer(other)()]);
  assert.equal(
    counts.reduce((sum, { sent = 0 }) => sum + sent, 0),
    20,
  );
  assert.deepEqual(
    received.map(({ to }) => String(to[0])).toSorted(),
    names.map((name) => `${name}@example.com`).toSorted(),
  );
  assert.deepEqual(await sentOf(ctx), [20]);
});

test('what a node that died was sending is sent by another', async (t) => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { ctx, time, received, open, deliver } = await withMail(t, {
    server: {
      // The first mail never gets an answer.
      onRcptTo: (() => {
        let count = 0;
        return (_address, _session, done) => {
          count += 1;
          if (count === 1) begin();
          else done();
        };
      })(),
    },
  });
  const dying = await open();
  const end = new AbortController();
  await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  const given = deliverer(dying)(end.signal).catch(() => undefined);
  await begun;
  assert.deepEqual(await deliver(), { sent: 0, later: 0, dropped: 0 });
  time.now += 2 * 60_000;
  assert.deepEqual(await deliver(), { sent: 1, later: 0, dropped: 0 });
  assert.equal(received.length, 1);
  end.abort();
  await given;
  await dying[Symbol.asyncDispose]();
  assert.deepEqual(await rowsOf(ctx), []);
});

test('a node that stops leaves the mail it was sending to others, as if it had not tried', async (t) => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { ctx, deliver } = await withMail(t, { server: { onRcptTo: () => begin() } });
  await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  const [before] = await rowsOf(ctx);
  const stop = new AbortController();
  const stopped = deliver(stop.signal);
  await begun;
  stop.abort();
  assert.deepEqual(await stopped, { sent: 0, later: 1, dropped: 0 });
  assert.deepEqual(await rowsOf(ctx), [before]);
  assert.deepEqual(await sentOf(ctx), [0]);
});

test('a node that stops waits for a mail that is being sent', async (t) => {
  const { promise: asked, resolve: reach } = Promise.withResolvers<() => void>();
  const { ctx, deliver } = await withMail(t, {
    server: { onRcptTo: (_address, _session, done) => reach(() => done()) },
  });
  await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  const stop = new AbortController();
  const stopped = deliver(stop.signal);
  const accept = await asked;
  stop.abort();
  accept();
  assert.deepEqual(await stopped, { sent: 1, later: 0, dropped: 0 });
});

test('by a clock that was set back since, a mail is due', async (t) => {
  const { ctx, time, deliver } = await withMail(t);
  await addUser(ctx.db, 'ann');
  await ask(ctx, 'ann');
  time.now -= (30 * DAY) / 1000;
  assert.deepEqual(await deliver(), { sent: 1, later: 0, dropped: 0 });
});
