import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import {
  addUser,
  HOUR,
  type Ledger,
  ownedKeys,
  someFiles,
  storedKeys,
  sweep,
  temporaryLedger,
} from './ledger.ts';
import { checkMedia } from '../../../src/pictures/check/media-check.ts';
import { MAIN, storeKey } from '../../../src/media/picture-variants.ts';
import { replacePicture } from '../../../src/pictures/pictures.service.ts';

const DAY = 24 * HOUR;

/** Ann's picture is two days old. */
export async function withPicture(t: TestContext) {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  const user = await replacePicture(ledger, userId, someFiles());
  await ledger.db
    .updateTable('pictures')
    .set({ created_at: (ledger.time.now - 2 * DAY) * 1000 })
    .execute();
  const key = user.picture_key ?? assert.fail();
  return { ledger, userId, key, main: storeKey(key, MAIN), path: pathIn(ledger) };
}

/** Where the media store on disk keeps a key's file. */
export function pathIn(ledger: Ledger): (key: string) => string {
  return (key) => join(ledger.folder, 'media', key);
}

/** Makes a file two days old. */
export function makeOld(ledger: Ledger, file: string): void {
  const then = new Date(ledger.time.now - 2 * DAY);
  utimesSync(file, then, then);
}

/** Runs the check without and with repair: the first changes nothing, and both find the same. */
export async function findAndRepair(ledger: Ledger, deps = {}) {
  const before = await storedKeys(ledger);
  const found = await checkMedia({ ...ledger, ...deps }, { repair: false });
  assert.ok(found.every(({ repaired }) => !repaired));
  assert.deepEqual(await storedKeys(ledger), before);
  const second = await checkMedia({ ...ledger, ...deps }, { repair: true });
  const what = (list: typeof found) => list.map((one) => `${one.kind}: ${one.what}`);
  assert.deepEqual(what(second), what(found));
  return { found: what(found), repaired: second.map(({ repaired }) => repaired) };
}

/** Asserts that database and store agree after a repair and a sweep. */
export async function verifyMended(ledger: Ledger): Promise<void> {
  await sweep(ledger);
  assert.deepEqual(await checkMedia(ledger, { repair: false }), []);
  assert.deepEqual(await storedKeys(ledger), await ownedKeys(ledger));
}
