import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { storeKey, storeKeys, MAIN, VARIANTS } from '../../../src/media/picture-variants.ts';
import { removePicture, replacePicture } from '../../../src/pictures/pictures.service.ts';
import { isWhole } from '../../../src/pictures/check/whole-file.ts';
import { newBucket, openBucket } from '../../support/servers/bucket.ts';
import {
  type Fault,
  FAULTS,
  type FaultProxy,
  startFaultProxy,
} from '../../support/servers/fault-proxy.ts';
import { addUser, type Ledger, someFiles } from '../../support/pictures/ledger.ts';
import { storedKeys, sweep, temporaryLedger, verifySwept } from '../../support/pictures/ledger.ts';

const UNAVAILABLE = { status: 503, message: 'Media unavailable' };
/** Long enough for a busy machine to answer. */
const TIMEOUTS = { connect: 2_000, answer: 3_000, attempts: 3 };

/** A user with a picture in a bucket, with a ledger `through` a fault proxy and one past it. */
async function withPicture(t: TestContext) {
  const bucket = await newBucket(t);
  const proxy = await startFaultProxy(t, bucket.endpoint);
  const past = await openBucket(t, bucket);
  const ledger = await temporaryLedger(t, { media: past });
  const behind = { ...bucket, endpoint: proxy.endpoint };
  const through = { ...ledger, media: await openBucket(t, behind, { timeouts: TIMEOUTS }) };
  const userId = await addUser(ledger.db);
  const { picture_key: old } = await replacePicture(ledger, userId, someFiles());
  return { ledger, through, proxy, userId, old: old ?? assert.fail() };
}

async function keyOf({ db }: Ledger): Promise<string | null> {
  const user = await db.selectFrom('users').select('picture_key').executeTakeFirstOrThrow();
  return user.picture_key;
}

/** Asserts that every picture has all its files, each complete. */
async function verifyOwned(ledger: Ledger): Promise<void> {
  const key = await keyOf(ledger);
  if (key === null) return;
  for (const variant of VARIANTS) {
    const bytes = await ledger.media.read(storeKey(key, variant));
    assert.ok(bytes && isWhole(bytes, variant.format), storeKey(key, variant));
  }
}

/** Applies `fault` to the first `times` requests of this method for this kind of file. */
function befall(
  proxy: FaultProxy,
  fault: Fault,
  which: { method: string; file?: RegExp; times?: number },
) {
  const { method, file = /./, times = Infinity } = which;
  let left = times;
  proxy.choose((passing) => {
    if (passing.method !== method || !file.test(passing.path) || left <= 0) return undefined;
    left -= 1;
    return fault;
  });
}

const SMALL_FILE = /profile_pics_64/;

/** Faults that keep an upload from being stored; the last value says whether it may have been stored after all. */
const FATAL: [string, Fault, boolean][] = [
  ['500s', FAULTS.refuse(500, 'InternalError'), true],
  ['503 SlowDown', FAULTS.refuse(503, 'SlowDown'), true],
  ['500s in spite of storing it', FAULTS.refuseAfter(500, 'InternalError'), true],
  ['resets before it is stored', FAULTS.resetBefore, true],
  ['resets after it is stored', FAULTS.resetAfter, true],
  ['silence', FAULTS.stall, true],
  ['403 for wrong credentials', FAULTS.refuse(403, 'SignatureDoesNotMatch'), false],
  ['404 for a bucket that has gone', FAULTS.refuse(404, 'NoSuchBucket'), false],
  ['a damaged body', FAULTS.corrupt, false],
];

for (const [name, fault, late] of FATAL) {
  test(`an upload meets ${name}: 503, the old picture stays, and the sweep leaves nothing else`, async (t) => {
    const { ledger, through, proxy, userId, old } = await withPicture(t);
    befall(proxy, fault, { method: 'PUT', file: SMALL_FILE });
    await assert.rejects(replacePicture(through, userId, someFiles()), UNAVAILABLE);
    assert.equal(await keyOf(ledger), old);
    assert.equal(proxy.seen.filter((line) => /^PUT.*_64/.test(line)).length, late ? 3 : 1);
    const rows = await ledger.db.selectFrom('pictures').select('state').execute();
    const states = rows.map(({ state }) => state).toSorted();
    assert.deepEqual(states, late ? ['live', 'pending'] : ['live']);
    await verifySwept(ledger, verifyOwned);
    assert.equal(await keyOf(ledger), old);
  });
}

/** What a store or a network does now and then. */
const PASSING: [string, Fault][] = [
  ['a 500', FAULTS.refuse(500, 'InternalError')],
  ['a 503 SlowDown', FAULTS.refuse(503, 'SlowDown')],
  ['a reset before it is stored', FAULTS.resetBefore],
  ['a reset after it is stored', FAULTS.resetAfter],
  ['slowness', FAULTS.slow(500)],
];

for (const [name, fault] of PASSING) {
  test(`an upload meets ${name} once, and is stored`, async (t) => {
    const { ledger, through, proxy, userId, old } = await withPicture(t);
    befall(proxy, fault, { method: 'PUT', file: SMALL_FILE, times: 1 });
    const { picture_key: key } = await replacePicture(through, userId, someFiles());
    assert.notEqual(key, old);
    assert.deepEqual(await storedKeys(ledger), storeKeys(key ?? '').toSorted());
    await verifySwept(ledger, verifyOwned);
  });
}

test('an upload that is carried out after it was given up is swept away', async (t) => {
  const { ledger, through, proxy, userId, old } = await withPicture(t);
  const held: (() => Promise<unknown>)[] = [];
  befall(proxy, ({ forward }) => void held.push(forward), { method: 'PUT', file: SMALL_FILE });
  await assert.rejects(replacePicture(through, userId, someFiles()), UNAVAILABLE);
  await sweep(ledger);
  for (const carryOut of held) await carryOut();
  assert.equal((await storedKeys(ledger)).length, 6);
  await verifySwept(ledger, verifyOwned);
  assert.equal(await keyOf(ledger), old);
});

/** Faults while the old files are deleted. */
const UNDELETABLE: [string, Fault][] = [
  ['500s', FAULTS.refuse(500, 'InternalError')],
  ['resets before', FAULTS.resetBefore],
  ['resets after', FAULTS.resetAfter],
  ['a bucket that has gone', FAULTS.refuse(404, 'NoSuchBucket')],
  ['403', FAULTS.refuse(403, 'AccessDenied')],
];

for (const [name, fault] of UNDELETABLE) {
  test(`a deletion meets ${name}: the answer is good, and the files go later`, async (t) => {
    const { ledger, through, proxy, userId, old } = await withPicture(t);
    befall(proxy, fault, { method: 'DELETE', file: SMALL_FILE });
    await removePicture(through, userId);
    assert.equal(await keyOf(ledger), null);
    const row = ledger.db.selectFrom('pictures').select('state').where('key', '=', old);
    assert.equal((await row.executeTakeFirst())?.state, 'doomed');
    await verifySwept(ledger, verifyOwned);
    assert.deepEqual(await storedKeys(ledger), []);
  });
}

test('deleting a file that is not there succeeds', async (t) => {
  const { ledger, through, proxy, userId, old } = await withPicture(t);
  await ledger.media.delete(storeKey(old, MAIN));
  befall(proxy, FAULTS.refuse(404, 'NoSuchKey'), {
    method: 'DELETE',
    file: /profile_pics%2F|profile_pics\//,
  });
  await removePicture(through, userId);
  assert.deepEqual(await ledger.db.selectFrom('pictures').selectAll().execute(), []);
  assert.deepEqual(await storedKeys(ledger), []);
});

test('reading distinguishes a missing file from an unreachable store and an incomplete answer', async (t) => {
  const { through, proxy, old } = await withPicture(t);
  const key = storeKey(old, MAIN);
  const faults: Record<string, Fault> = {
    '500': FAULTS.refuse(500, 'InternalError'),
    'wrong credentials': FAULTS.refuse(403, 'InvalidAccessKeyId'),
    'no bucket': FAULTS.refuse(404, 'NoSuchBucket'),
    'a 404 of something else': ({ answer }) =>
      answer({ status: 404, headers: {}, body: Buffer.from('<h1>Not Found</h1>') }),
    reset: FAULTS.resetBefore,
    silence: FAULTS.stall,
    'half of it': FAULTS.cut('reset'),
    'half of it, then silence': FAULTS.cut('stall'),
  };
  for (const [name, fault] of Object.entries(faults)) {
    befall(proxy, fault, { method: 'GET' });
    await assert.rejects(through.media.read(key), UNAVAILABLE, name);
  }
  befall(proxy, FAULTS.refuse(404, 'NoSuchKey'), { method: 'GET' });
  assert.equal(await through.media.read(key), null);
});

test('a client that gives up ends the request for its picture', async (t) => {
  const { through, proxy, old } = await withPicture(t);
  for (const fault of [FAULTS.stall, FAULTS.cut('stall')]) {
    const asked = Promise.withResolvers<void>();
    befall(proxy, (passing) => (asked.resolve(), fault(passing)), { method: 'GET' });
    const over = new AbortController();
    const reading = through.media.read(storeKey(old, MAIN), over.signal);
    await asked.promise;
    over.abort();
    await assert.rejects(reading, (error: Error) => {
      assert.equal((error.cause as Error).name, 'AbortError');
      return true;
    });
    assert.equal(proxy.seen.length, 1, 'it is not asked again');
  }
});

test('a list that is cut short is an error and not its end', async (t) => {
  const { through, proxy } = await withPicture(t);
  for (const fault of [FAULTS.refuse(500, 'InternalError'), FAULTS.cut('reset')]) {
    befall(proxy, fault, { method: 'GET', file: /list-type/ });
    await assert.rejects(Array.fromAsync(through.media.list()), UNAVAILABLE);
  }
});
