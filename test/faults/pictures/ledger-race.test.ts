import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { HttpError } from '../../../src/errors.ts';
import { MAIN, storeKey } from '../../../src/media/picture-variants.ts';
import { removePicture, replacePicture } from '../../../src/pictures/pictures.service.ts';
import { sweep } from '../../../src/pictures/sweeper.ts';
import {
  addUser,
  deleteAccount,
  heldStore,
  HOUR,
  type Ledger,
  ownedKeys,
  someFiles,
  storedKeys,
  temporaryLedger,
  temporaryNames,
} from '../../support/pictures/ledger.ts';

/** Without a sweep: what the requests themselves must guarantee. */
async function verifyNothingLeft(ledger: Ledger): Promise<void> {
  assert.deepEqual(await storedKeys(ledger), await ownedKeys(ledger));
  assert.deepEqual(await temporaryNames(ledger), []);
  const rows = await ledger.db.selectFrom('pictures').select('state').execute();
  const owners = await ledger.db
    .selectFrom('users')
    .where('picture_key', 'is not', null)
    .selectAll()
    .execute();
  assert.deepEqual(
    rows.map(({ state }) => state),
    owners.map(() => 'live'),
  );
}

test('fifty uploads at once by one person leave one picture, the last', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  const uploads = Array.from({ length: 50 }, () => someFiles());
  const users = await Promise.all(uploads.map((files) => replacePicture(ledger, userId, files)));
  assert.equal(new Set(users.map((user) => user.picture_key)).size, 50);
  await verifyNothingLeft(ledger);
  const keys = await storedKeys(ledger);
  assert.equal(keys.length, 3);
  const main = await ledger.media.read(keys.find((key) => key.endsWith('.jpg')) ?? '');
  assert.ok(uploads.some(([bytes]) => bytes && main?.equals(bytes)));
});

test('uploads and removals at once leave at most one picture', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, (_, n) =>
      n % 2 ? removePicture(ledger, userId) : replacePicture(ledger, userId, someFiles()),
    ),
  );
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') continue;
    assert.ok(outcome.reason instanceof HttpError);
    assert.equal(outcome.reason.message, 'No profile picture to delete');
  }
  await verifyNothingLeft(ledger);
});

test('an upload is in progress while another replaces the picture: both old files are deleted', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  await replacePicture(ledger, userId, someFiles());
  const held = heldStore(ledger.media);
  const slow = replacePicture({ ...ledger, media: held.media }, userId, someFiles());
  await held.begun;
  await replacePicture(ledger, userId, someFiles());
  held.release();
  const user = await slow;
  await verifyNothingLeft(ledger);
  assert.ok((await storedKeys(ledger)).includes(storeKey(user.picture_key ?? '', MAIN)));
});

test('an upload is in progress while the account is deleted: 404, and no file stays', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  await replacePicture(ledger, userId, someFiles());
  const held = heldStore(ledger.media);
  const slow = replacePicture({ ...ledger, media: held.media }, userId, someFiles());
  await held.begun;
  await deleteAccount(ledger, userId);
  assert.deepEqual(await storedKeys(ledger), []);
  held.release();
  await assert.rejects(slow, { status: 404, message: 'User not found' });
  await verifyNothingLeft(ledger);
});

test('many uploads and the deletion of the account at once leave nothing', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  const uploads = Array.from({ length: 20 }, () => replacePicture(ledger, userId, someFiles()));
  for (let turn = 0; turn < 20; turn++) await setImmediate();
  await deleteAccount(ledger, userId);
  for (const outcome of await Promise.allSettled(uploads)) {
    if (outcome.status === 'rejected') assert.equal(outcome.reason.message, 'User not found');
  }
  await verifyNothingLeft(ledger);
  assert.deepEqual(await storedKeys(ledger), []);
});

test('removals: 400 without a picture, 404 without the account', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  await assert.rejects(removePicture(ledger, userId), {
    status: 400,
    message: 'No profile picture to delete',
  });
  await assert.rejects(removePicture(ledger, 99), { status: 404, message: 'User not found' });
  await replacePicture(ledger, userId, someFiles());
  assert.equal((await removePicture(ledger, userId)).picture_key, null);
  await verifyNothingLeft(ledger);
});

test('a sweep with a clock that is hours ahead takes a file as it is written: the upload begins again', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  let swept = false;
  const media = {
    ...ledger.media,
    async write(key: string, bytes: Uint8Array) {
      if (swept) return ledger.media.write(key, bytes);
      swept = true;
      await sweep({ ...ledger, clock: () => ledger.clock() + 2 * HOUR });
      // As when the temporary file is gone that was to be renamed.
      throw new Error('ENOENT: no such file or directory, rename');
    },
  };
  const { picture_key: key } = await replacePicture({ ...ledger, media }, userId, someFiles());
  assert.ok(key !== null);
  await verifyNothingLeft(ledger);
});
