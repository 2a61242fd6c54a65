import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import { Unavailable } from '../../../src/errors.ts';
import type { MediaStore } from '../../../src/media/media-store.ts';
import { SMALL, storeKey, storeKeys } from '../../../src/media/picture-variants.ts';
import { removePicture, replacePicture } from '../../../src/pictures/pictures.service.ts';
import { type CuttingProxy, startCuttingProxy } from '../../support/servers/cutting-proxy.ts';
import {
  addUser,
  heldStore,
  HOUR,
  type Ledger,
  ownedKeys,
  someFiles,
  storedKeys,
  sweep,
  temporaryLedger,
  temporaryNames,
} from '../../support/pictures/ledger.ts';
import { ON_POSTGRESQL } from '../../support/databases/postgres.ts';
import { watchSteps } from '../../support/steps.ts';

async function withPicture(t: TestContext, proxy?: CuttingProxy) {
  const ledger = await temporaryLedger(t, proxy && { through: proxy.through });
  const userId = await addUser(ledger.db);
  const user = await replacePicture(ledger, userId, someFiles());
  return { ledger, userId, old: user.picture_key ?? '' };
}

async function keyOf(ledger: Ledger, userId: number): Promise<string | null> {
  const user = ledger.db.selectFrom('users').select('picture_key').where('id', '=', userId);
  return (await user.executeTakeFirstOrThrow()).picture_key;
}

async function verifyNothingElse(ledger: Ledger): Promise<void> {
  assert.deepEqual(await storedKeys(ledger), await ownedKeys(ledger));
  assert.deepEqual(await temporaryNames(ledger), []);
  const rows = await ledger.db.selectFrom('pictures').select(['key', 'state']).execute();
  assert.ok(rows.every(({ state }) => state === 'live'));
  const files = rows.flatMap(({ key }) => storeKeys(key));
  assert.deepEqual(files.toSorted(), await ownedKeys(ledger));
}

async function sweepLater(ledger: Ledger): Promise<void> {
  ledger.time.now += 2 * HOUR;
  await sweep(ledger);
}

/** While `run` runs, loses the answer to every COMMIT, which may or may not have taken effect. */
async function losingCommits(
  proxy: CuttingProxy,
  happened: boolean,
  run: () => Promise<unknown>,
): Promise<void> {
  if (!ON_POSTGRESQL) return losingSqliteCommits(happened, run);
  proxy.cut(happened ? 'after' : 'before');
  await assert.rejects(run(), { status: 503, message: 'Database unavailable' });
  proxy.cut(undefined);
  assert.equal(proxy.count(), 1);
}

async function losingSqliteCommits(happened: boolean, run: () => Promise<unknown>): Promise<void> {
  const prototype: { exec: (this: DatabaseSync, statement: string) => void } =
    DatabaseSync.prototype;
  const original = prototype.exec;
  prototype.exec = function losing(statement) {
    if (statement !== 'commit' || happened) original.call(this, statement);
    if (statement === 'commit') throw new Error('the answer to COMMIT was lost');
  };
  try {
    await assert.rejects(run(), /the answer to COMMIT was lost/);
  } finally {
    prototype.exec = original;
  }
}

for (const happened of [true, false]) {
  const which = happened ? 'that happened' : 'that did not happen';

  test(`replacing, the answer to a COMMIT ${which} is lost: nothing is deleted until the sweep`, async (t) => {
    const proxy = await startCuttingProxy(t);
    const { ledger, userId, old } = await withPicture(t, proxy);
    await losingCommits(proxy, happened, () => replacePicture(ledger, userId, someFiles()));
    const stored = await storedKeys(ledger);
    assert.equal(stored.length, 6);
    assert.ok(storeKeys(old).every((key) => stored.includes(key)));
    assert.equal((await keyOf(ledger, userId)) === old, !happened);
    await sweepLater(ledger);
    await verifyNothingElse(ledger);
    assert.equal((await keyOf(ledger, userId)) === old, !happened);
  });

  test(`removing, the answer to a COMMIT ${which} is lost: nothing is deleted until the sweep`, async (t) => {
    const proxy = await startCuttingProxy(t);
    const { ledger, userId, old } = await withPicture(t, proxy);
    await losingCommits(proxy, happened, () => removePicture(ledger, userId));
    assert.deepEqual(await storedKeys(ledger), storeKeys(old).toSorted());
    assert.equal(await keyOf(ledger, userId), happened ? null : old);
    await sweepLater(ledger);
    await verifyNothingElse(ledger);
    assert.equal(await keyOf(ledger, userId), happened ? null : old);
  });
}

/** Where a replacement may fail before its COMMIT, by the step that begins there. */
const STEPS = [
  /^insert into "pictures".*values \(\?(?:, \?){6}\)$/,
  /^open .*profile_pics_64-.*part$/,
  /^writeFile$/,
  /^sync$/,
  /^rename .*profile_pics_128/,
  /^begin$/,
  /^select "picture_key"/,
  /^update "pictures".*"key" = /,
  /^update "users"/,
  /^insert into "pictures".*on conflict/,
];

for (const pattern of STEPS) {
  test(`a replacement that fails at ${pattern} leaves the old picture and nothing else`, async (t) => {
    const { ledger, userId, old } = await withPicture(t);
    let failed = false;
    const stop = await watchSteps((step) => {
      if (failed || !pattern.test(step)) return;
      failed = true;
      // As PostgreSQL answers: an error without severity is a connection failure.
      throw Object.assign(new Error('this step fails'), { severity: 'ERROR', code: '22000' });
    });
    await assert.rejects(replacePicture(ledger, userId, someFiles())).finally(stop);
    assert.ok(failed);
    assert.equal(await keyOf(ledger, userId), old);
    await verifyNothingElse(ledger);
  });
}

test('uploads get a 503 while the store accepts no files, and it is cleaned up when it is back', async (t) => {
  const { ledger, userId, old } = await withPicture(t);
  const folder = join(ledger.folder, 'media', SMALL[0]?.folder ?? '');
  renameSync(folder, `${folder}-away`);
  writeFileSync(folder, 'a file in the place of the folder');
  await assert.rejects(replacePicture(ledger, userId, someFiles()), (error) => {
    assert.ok(error instanceof Unavailable);
    assert.equal(error.message, 'Media unavailable');
    return true;
  });
  assert.equal(await keyOf(ledger, userId), old);
  rmSync(folder);
  renameSync(`${folder}-away`, folder);
  await sweepLater(ledger);
  await verifyNothingElse(ledger);
});

test('an old file that cannot be deleted does not fail the upload, and is deleted later', async (t) => {
  const { ledger, userId, old } = await withPicture(t);
  const stuck = join(ledger.folder, 'media', storeKey(old, SMALL[1] ?? assert.fail()));
  rmSync(stuck);
  mkdirSync(stuck);
  const user = await replacePicture(ledger, userId, someFiles());
  assert.notEqual(user.picture_key, old);
  await sweepLater(ledger);
  const row = ledger.db.selectFrom('pictures').selectAll().where('key', '=', old);
  assert.equal((await row.executeTakeFirst())?.state, 'doomed');
  rmdirSync(stuck);
  await sweepLater(ledger);
  await verifyNothingElse(ledger);
});

test('an upload whose row the sweeper removed is stored again, and nothing else stays', async (t) => {
  const { ledger, userId, old } = await withPicture(t);
  const held = heldStore(ledger.media);
  const slow = replacePicture({ ...ledger, media: held.media }, userId, someFiles());
  await held.begun;
  await sweepLater(ledger);
  held.release();
  const { picture_key: key } = await slow;
  assert.notEqual(key, old);
  assert.equal(await keyOf(ledger, userId), key);
  await verifyNothingElse(ledger);
});

test('an upload whose row is removed each time is refused and leaves nothing', async (t) => {
  const { ledger, userId, old } = await withPicture(t);
  const swept: MediaStore = {
    ...ledger.media,
    async write(key, bytes) {
      await sweepLater(ledger);
      await ledger.media.write(key, bytes);
    },
  };
  const upload = replacePicture({ ...ledger, media: swept }, userId, someFiles());
  await assert.rejects(upload, { status: 503, message: 'Media unavailable' });
  assert.equal(await keyOf(ledger, userId), old);
  await verifyNothingElse(ledger);
});
