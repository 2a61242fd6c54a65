import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { temporaryLedger } from '../../test/support/pictures/ledger.ts';
import { ON_POSTGRESQL } from '../../test/support/databases/postgres.ts';
import { until } from '../../test/support/until.ts';
import { TooManyRequests } from '../errors.ts';
import { accountFrom, createRateLimits, networkOf } from './rate-limits.ts';

const HOUR = { points: 2, duration: 3600 };
const RULES = {
  failedLogins: HOUR,
  uploads: HOUR,
  postPictures: HOUR,
  registrations: HOUR,
  resetMails: HOUR,
  resetMailsTo: HOUR,
  downloads: HOUR,
  emailChanges: HOUR,
  mailsToOthers: HOUR,
  searches: HOUR,
  comments: HOUR,
  firstComments: HOUR,
  reports: HOUR,
};

/** The limits of a server on this database. */
async function limits(t: TestContext, rules = RULES) {
  const shared = ON_POSTGRESQL ? (await temporaryLedger(t)).db : undefined;
  return createRateLimits({ enabled: true, shared, rules });
}

test('each key of each limit can be taken so many times and no more', async (t) => {
  const { uploads, resetMails } = await limits(t);
  await uploads.take('1');
  await uploads.check('1');
  await uploads.take('1');
  await assert.rejects(uploads.check('1'), TooManyRequests);
  await assert.rejects(uploads.take('1'), (error) => {
    assert.ok(error instanceof TooManyRequests);
    const seconds = Number(error.headers['retry-after']);
    assert.ok(seconds > 3000 && seconds <= 3600, `${seconds}`);
    return error.status === 429;
  });
  await uploads.take('2');
  await resetMails.take('1');
  await uploads.forget('1');
  await uploads.take('1');
});

test('takes at the same time all count', async (t) => {
  const { uploads } = await limits(t);
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => uploads.take('1')));
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 2);
});

test('after its duration a limit starts again', async (t) => {
  const { uploads } = await limits(t, { ...RULES, uploads: { points: 1, duration: 1 } });
  await uploads.take('1');
  await until('the limit to start again', () =>
    uploads.check('1').then(
      () => true,
      () => undefined,
    ),
  );
});

if (ON_POSTGRESQL) {
  test('servers on one database count together, and refuse everything without it', async (t) => {
    const { db: shared } = await temporaryLedger(t);
    const one = createRateLimits({ enabled: true, shared, rules: RULES });
    const other = createRateLimits({ enabled: true, shared, rules: RULES });
    await one.uploads.take('1');
    await other.uploads.take('1');
    for (const { uploads } of [one, other]) {
      await assert.rejects(uploads.check('1'), TooManyRequests);
    }
    await one.uploads.forget('1');
    await other.uploads.check('1');
    await shared.schema.dropTable('rate_limits').execute();
    await assert.rejects(one.uploads.check('2'));
    await assert.rejects(one.uploads.take('2'));
  });
}

test('switched off, nothing is limited', async () => {
  const { uploads } = createRateLimits({ enabled: false, rules: RULES });
  for (let time = 0; time < 10; time++) await uploads.take('1');
  await uploads.check('1');
});

test('an IPv6 network counts as one sender', () => {
  const networks = {
    '192.0.2.7': '192.0.2.7',
    '::ffff:192.0.2.7': '192.0.2.7',
    '::FFFF:c000:207': '192.0.2.7',
    '2001:db8:1:2:3:4:5:6': '2001:db8:1:2',
    '2001:0DB8:1:2::1': '2001:db8:1:2',
    '2001:db8::1': '2001:db8:0:0',
    '1::2:3:4:5:6.7.8.9': '1:0:2:3',
    '::1': '0:0:0:0',
    'fe80::1%eth0': 'fe80:0:0:0',
    nonsense: 'nonsense',
  };
  for (const [address, network] of Object.entries(networks)) {
    assert.equal(networkOf(address), network, address);
  }
  const key = accountFrom('2001:db8:1:2::1', 'ann');
  assert.equal(accountFrom('2001:db8:1:2::2', 'ann'), key);
  for (const other of [
    accountFrom('2001:db8:1:3::1', 'ann'),
    accountFrom('2001:db8:1:2::1', 'bob'),
  ])
    assert.notEqual(other, key);
  assert.ok(accountFrom('::1', 'x'.repeat(1_000_000)).length < 50);
});
