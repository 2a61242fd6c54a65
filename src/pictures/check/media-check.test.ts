import assert from 'node:assert/strict';
import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  addUser,
  HOUR,
  ownedKeys,
  someFiles,
  storedKeys,
  sweep,
  temporaryLedger,
  temporaryNames,
} from '../../../test/support/pictures/ledger.ts';
import { createImagePool } from '../../images/pool/pool.ts';
import { inMemory } from '../../images/upload.ts';
import { checkMedia } from './media-check.ts';
import { MAIN, newPictureKey, SMALL, storeKey } from '../../media/picture-variants.ts';
import { replacePicture, uploadPicture } from '../pictures.service.ts';
import { isWhole } from './whole-file.ts';
import {
  withPicture,
  pathIn,
  makeOld,
  findAndRepair,
  verifyMended,
} from '../../../test/support/pictures/media-check.ts';

const DAY = 24 * HOUR;
const [SMALLEST = assert.fail()] = SMALL;

test('pending and doomed rows are no differences', async (t) => {
  const { ledger, userId } = await withPicture(t);
  const now = ledger.time.now * 1000;
  for (const state of ['pending', 'doomed'] as const) {
    const key = newPictureKey();
    await ledger.db
      .insertInto('pictures')
      .values({ key, user_id: userId, state, created_at: now, due_at: now })
      .execute();
    await ledger.media.write(storeKey(key, MAIN), someFiles()[0] ?? assert.fail());
  }
  assert.deepEqual(await findAndRepair(ledger), { found: [], repaired: [] });
  assert.equal((await storedKeys(ledger)).length, 5);
});

const BREAKS: Record<string, (file: string) => void> = {
  missing: (file) => rmSync(file),
  partial: (file) => truncateSync(file, 1000),
  empty: (file) => truncateSync(file, 0),
};

for (const [name, damage] of Object.entries(BREAKS)) {
  test(`a picture whose main file is ${name} is removed`, async (t) => {
    const { ledger, main, path } = await withPicture(t);
    damage(path(main));
    assert.deepEqual(await findAndRepair(ledger), {
      found: [`main file missing or partial: ${main}`],
      repaired: [true],
    });
    await verifyMended(ledger);
    assert.deepEqual(await storedKeys(ledger), []);
  });

  test(`a small file that is ${name} is only reported if no pictures can be made`, async (t) => {
    const { ledger, key, path } = await withPicture(t);
    damage(path(storeKey(key, SMALLEST)));
    assert.deepEqual(await findAndRepair(ledger), {
      found: [`small file missing or partial: ${storeKey(key, SMALLEST)}`],
      repaired: [false],
    });
  });
}

test('missing small files are made from the main one', async (t) => {
  const ledger = await temporaryLedger(t);
  const images = createImagePool({
    workers: 1,
    queueLength: 4,
    deadlineMs: 10_000,
    log: ledger.log,
  });
  t.after(() => images.close());
  const gif = Buffer.from('R0lGODlhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=', 'base64');
  const user = await uploadPicture({ ...ledger, images }, await addUser(ledger.db), {
    upload: inMemory(gif),
  });
  const files = SMALL.map((variant) => storeKey(user.picture_key ?? '', variant));
  const path = pathIn(ledger);
  rmSync(path(files[0] ?? ''));
  truncateSync(path(files[1] ?? ''), 10);
  assert.deepEqual((await findAndRepair(ledger, { images })).repaired, [true, true]);
  for (const file of files) {
    assert.ok(isWhole((await ledger.media.read(file)) ?? Buffer.of(), 'webp'), file);
  }
  await verifyMended(ledger);
});

test('a picture without a row gets one if its file exists', async (t) => {
  const { ledger, key } = await withPicture(t);
  await ledger.db.deleteFrom('pictures').execute();
  assert.deepEqual(await findAndRepair(ledger), {
    found: [`picture without a row: ${key}`],
    repaired: [true],
  });
  await verifyMended(ledger);
  assert.equal((await storedKeys(ledger)).length, 3);
});

test('a live row without a user is deleted with its files, once it is a day old', async (t) => {
  const { ledger, key } = await withPicture(t);
  await ledger.db.updateTable('users').set({ picture_key: null }).execute();
  await ledger.db
    .updateTable('pictures')
    .set({ created_at: ledger.time.now * 1000 })
    .execute();
  assert.deepEqual((await findAndRepair(ledger)).found, [`row without an owner: ${key}`]);
  await sweep(ledger);
  assert.equal((await storedKeys(ledger)).length, 3);
  ledger.time.now += DAY;
  await verifyMended(ledger);
  assert.deepEqual(await storedKeys(ledger), []);
});

test('files without a row are deleted when they are older than a day, and no sooner', async (t) => {
  const { ledger, key, path } = await withPicture(t);
  const strays = [newPictureKey(), newPictureKey()]
    .map((stray) => storeKey(stray, MAIN))
    .toSorted();
  const unknown = `old_sizes/${key}.jpg`;
  for (const file of [...strays, unknown]) await ledger.media.write(file, Buffer.from('x'));
  makeOld(ledger, path(strays[0] ?? ''));
  makeOld(ledger, path(unknown));
  const { found } = await findAndRepair(ledger);
  const kind = 'file without a row';
  assert.deepEqual(
    found.toSorted(),
    [unknown, ...strays].map((file) => `${kind}: ${file}`).toSorted(),
  );
  const owned = await ownedKeys(ledger);
  assert.deepEqual(await storedKeys(ledger), [...owned, ...strays.slice(1)].toSorted());
  ledger.time.now += 2 * DAY;
  await checkMedia(ledger, { repair: true });
  await verifyMended(ledger);
});

test('so are forgotten temporary files, but not those of an upload in progress', async (t) => {
  const { ledger, userId } = await withPicture(t);
  const tmp = join(ledger.folder, 'media', 'tmp');
  const [lost, pending] = [newPictureKey(), newPictureKey()];
  const row = {
    key: pending,
    user_id: userId,
    state: 'pending' as const,
    created_at: 0,
    due_at: 1,
  };
  await ledger.db.insertInto('pictures').values(row).execute();
  const names = [
    `profile_pics-${lost}.jpg.part`,
    `profile_pics-${pending}.jpg.part`,
    'probe-1',
    'probe-2',
  ];
  for (const name of names) {
    writeFileSync(join(tmp, name), 'x');
    if (name !== 'probe-2') makeOld(ledger, join(tmp, name));
  }
  const { found, repaired } = await findAndRepair(ledger);
  const kind = 'forgotten temporary file';
  assert.deepEqual(found.toSorted(), [`${kind}: probe-1`, `${kind}: ${names[0]}`]);
  assert.deepEqual(repaired, [true, true]);
  assert.deepEqual((await temporaryNames(ledger)).toSorted(), ['probe-2', names[1]]);
});

test('an empty store counts as the wrong one, and nothing is changed', async (t) => {
  const { ledger, key } = await withPicture(t);
  const media = join(ledger.folder, 'media');
  renameSync(media, `${media}-away`);
  await mkdir(join(media, 'tmp'), { recursive: true });
  assert.equal((await checkMedia(ledger, { repair: false })).length, 1);
  await assert.rejects(checkMedia(ledger, { repair: true }), /The media store is empty.*\(1\)/);
  const { picture_key: kept } = await ledger.db
    .selectFrom('users')
    .selectAll()
    .executeTakeFirstOrThrow();
  assert.equal(kept, key);
});

test('a picture replaced during the check does not count as a difference', async (t) => {
  const { ledger, userId, main } = await withPicture(t);
  const { media: store } = ledger;
  const replace = () => replacePicture(ledger, userId, someFiles());
  const afterList = {
    ...ledger.media,
    async *list() {
      yield* store.list();
      await replace();
    },
  };
  const beforeRead = {
    ...ledger.media,
    async read(key: string) {
      if (key === main) await replace();
      return store.read(key);
    },
  };
  for (const media of [beforeRead, afterList]) {
    assert.deepEqual(await checkMedia({ ...ledger, media }, { repair: true }), []);
    assert.equal((await storedKeys(ledger)).length, 3);
  }
});

test('uploads during the check are no differences', async (t) => {
  const { ledger, userId } = await withPicture(t);
  const checks = Array.from({ length: 10 }, async () => {
    const [found] = await Promise.all([
      checkMedia(ledger, { repair: true }),
      replacePicture(ledger, userId, someFiles()),
    ]);
    return found;
  });
  assert.deepEqual((await Promise.all(checks)).flat(), []);
  await verifyMended(ledger);
});
