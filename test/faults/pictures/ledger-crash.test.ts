import assert from 'node:assert/strict';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAIN, newPictureKey, storeKey, storeKeys } from '../../../src/media/picture-variants.ts';
import { removePicture, replacePicture } from '../../../src/pictures/pictures.service.ts';
import { deletePostPicture } from '../../../src/pictures/posts/post-pictures.service.ts';
import {
  deleteUnusedPictures,
  KEPT_UNUSED_FOR,
} from '../../../src/pictures/posts/unused-pictures.service.ts';
import type { UserRow } from '../../../src/db/schema.ts';
import { insertPending } from '../../../src/pictures/pictures.store.ts';
import {
  addPostPicture,
  addUser,
  deleteAccount,
  type Ledger,
  openLedger,
  someFiles,
  somePostFiles,
  sweep,
  verifySwept,
} from '../../support/pictures/ledger.ts';
import { watchSteps } from '../../support/steps.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const ANN = 1;
const BOB = 2;
const OLD = someFiles();
const NEW = someFiles();
const [OLD_POST, NEW_POST] = [somePostFiles(), somePostFiles()];

const OPERATIONS: Record<string, (ledger: Ledger) => Promise<unknown>> = {
  'a first upload': (ledger) => replacePicture(ledger, BOB, NEW),
  'a replacement': (ledger) => replacePicture(ledger, ANN, NEW),
  'a removal': (ledger) => removePicture(ledger, ANN),
  'the deletion of an account': (ledger) => deleteAccount(ledger, ANN),
  'an upload whose account is gone': (ledger) =>
    assert.rejects(replacePicture(ledger, 99, NEW), { status: 404 }),
  'a picture for posts': (ledger) => addPostPicture(ledger, BOB, NEW_POST),
  'one whose account is gone': (ledger) =>
    assert.rejects(addPostPicture(ledger, 99, NEW_POST), { status: 404 }),
  'the deletion of one': (ledger) => deletePostPicture(ledger, { id: ANN } as UserRow, 1),
  'the clean-up of unused ones': async (ledger) => {
    ledger.time.now += KEPT_UNUSED_FOR / 1000;
    assert.deepEqual(await deleteUnusedPictures(ledger), { pictures: 1 });
  },
  'a sweep': async (ledger) => {
    await abandonUpload(ledger);
    await sweep(ledger, { includePending: true });
  },
};

/** The state that a process leaves if it dies between its writes and its transaction. */
async function abandonUpload({ db, media }: Ledger): Promise<void> {
  const key = newPictureKey();
  await insertPending(db, { key, kind: 'face', userId: ANN, now: 0, dueAt: 1 });
  await media.write(storeKey(key, MAIN), NEW[0] as Buffer);
}

/** Ann has the old picture, and one for posts; Bob has none. */
async function prepare(folder: string): Promise<Ledger> {
  const ledger = await openLedger(folder);
  assert.equal(await addUser(ledger.db, 'ann'), ANN);
  assert.equal(await addUser(ledger.db, 'bob'), BOB);
  await replacePicture(ledger, ANN, OLD);
  assert.equal((await addPostPicture(ledger, ANN, OLD_POST)).id, 1);
  return ledger;
}

/**
 * What a killed process leaves behind is what the kernel has of its files at that moment; so a copy made
 * ahead of a step is what a SIGKILL there would have left. SQLite's shared memory is not read after a crash.
 */
function copyAsCrashed(from: string, to: string): void {
  cpSync(from, to, { recursive: true, filter: (name) => !name.endsWith('-shm') });
}

/** Asserts that every picture is complete before and after a sweep, and that nothing else is stored after it. */
async function verifyAfterCrash(folder: string): Promise<void> {
  const ledger = await openLedger(folder);
  try {
    await verifySwept(ledger, verifyOwned);
  } finally {
    await ledger.db.destroy();
  }
}

async function verifyOwned(ledger: Ledger): Promise<void> {
  const users = await ledger.db.selectFrom('users').select(['username', 'picture_key']).execute();
  for (const { picture_key: key } of users) {
    if (key === null) continue;
    const found = await Promise.all(storeKeys(key).map((file) => ledger.media.read(file)));
    assert.ok(isOneOf(found, [OLD, NEW]), `the picture ${key} is missing or partial`);
  }
  for (const { key } of await ledger.db.selectFrom('post_pictures').select('key').execute()) {
    const files = storeKeys(key, 'post');
    const found = await Promise.all(files.map((file) => ledger.media.read(file)));
    assert.ok(isOneOf(found, [OLD_POST, NEW_POST]), `${key}, for posts, is missing or partial`);
  }
}

function isOneOf(found: (Buffer | null)[], pictures: Buffer[][]): boolean {
  return pictures.some((files) => files.every((bytes, index) => found[index]?.equals(bytes)));
}

for (const [name, operate] of Object.entries(OPERATIONS)) {
  test(`a crash at any step of ${name} loses nothing and leaves nothing`, async (t) => {
    const folder = await temporaryFolder(t);
    const data = join(folder, 'data');
    const ledger = await prepare(data);
    t.after(() => ledger.db.destroy());
    const steps: string[] = [];
    const copy = (step: string) => {
      copyAsCrashed(data, join(folder, String(steps.length)));
      steps.push(step);
    };
    const stop = await watchSteps(copy);
    await operate(ledger).finally(stop);
    copy('the end');
    assert.ok(steps.length > 10, 'the steps are seen');
    for (const [number, step] of steps.entries()) {
      await t.test(`ahead of step ${number}: ${label(step)}`, () =>
        verifyAfterCrash(join(folder, String(number))),
      );
    }
  });
}

function label(step: string): string {
  return step
    .replace(/[0-9a-f]{32}/g, '…')
    .replace(/\/.*\//, '')
    .slice(0, 60);
}
