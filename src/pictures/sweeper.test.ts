import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
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
} from '../../test/support/pictures/ledger.ts';
import { ON_POSTGRESQL } from '../../test/support/databases/postgres.ts';
import type { PictureRow } from '../db/schema.ts';
import { newPictureKey, storeKey, storeKeys, VARIANTS } from '../media/picture-variants.ts';
import { replacePicture } from './pictures.service.ts';
import { claimDue } from './pictures.store.ts';

/**
 * Files and their row as something unfinished left them; the row comes last, because a sweeper may
 * be running.
 */
async function leave(ledger: Ledger, row: Partial<PictureRow>): Promise<string> {
  const key = row.key ?? newPictureKey();
  const files = someFiles();
  for (const [index, variant] of VARIANTS.entries()) {
    await ledger.media.write(storeKey(key, variant), files[index] ?? assert.fail());
  }
  const now = ledger.time.now * 1000;
  await ledger.db
    .insertInto('pictures')
    .values({ user_id: 1, state: 'doomed', created_at: now, due_at: now, ...row, key })
    .execute();
  return key;
}

async function states(ledger: Ledger): Promise<Record<string, string>> {
  const rows = await ledger.db.selectFrom('pictures').select(['key', 'state']).execute();
  return Object.fromEntries(rows.map(({ key, state }) => [key, state]));
}

test('due rows are deleted with their files; an upload in progress and a live picture stay', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  const live = (await replacePicture(ledger, userId, someFiles())).picture_key ?? '';
  const now = ledger.time.now * 1000;
  await leave(ledger, { state: 'doomed' });
  await leave(ledger, { state: 'doomed', user_id: 99 });
  await leave(ledger, { state: 'pending', due_at: now });
  const young = await leave(ledger, { state: 'pending', due_at: now + 1 });
  assert.deepEqual(await sweep(ledger), { deleted: 3, adopted: 0, failed: 0 });
  assert.deepEqual(await states(ledger), { [live]: 'live', [young]: 'pending' });
  assert.deepEqual(
    await storedKeys(ledger),
    [live, young].flatMap((key) => storeKeys(key)).toSorted(),
  );
});

test('without a running server, pending uploads are deleted too', async (t) => {
  const ledger = await temporaryLedger(t);
  await leave(ledger, { state: 'pending', due_at: ledger.time.now * 1000 + HOUR * 1000 });
  const swept = await sweep(ledger, { includePending: true });
  assert.equal(swept.deleted, 1);
  assert.deepEqual(await storedKeys(ledger), []);
});

test('a due picture that its user has becomes live, whatever its state', async (t) => {
  const ledger = await temporaryLedger(t);
  for (const state of ['pending', 'doomed'] as const) {
    const userId = await addUser(ledger.db, state);
    const key = await leave(ledger, { state, user_id: userId });
    await ledger.db
      .updateTable('users')
      .set({ picture_key: key })
      .where('id', '=', userId)
      .execute();
  }
  assert.deepEqual(await sweep(ledger), { deleted: 0, adopted: 2, failed: 0 });
  assert.deepEqual(Object.values(await states(ledger)), ['live', 'live']);
  assert.deepEqual(await storedKeys(ledger), await ownedKeys(ledger));
});

test('more than one batch is finished in one sweep', async (t) => {
  const ledger = await temporaryLedger(t);
  for (let n = 0; n < 205; n++) {
    const row = {
      key: newPictureKey(),
      user_id: 1,
      state: 'doomed' as const,
      created_at: 0,
      due_at: 1,
    };
    await ledger.db.insertInto('pictures').values(row).execute();
  }
  // They have no files, and to ask a bucket for each takes half a minute.
  const media = { ...ledger.media, delete: async () => {} };
  assert.equal((await sweep({ ...ledger, media })).deleted, 205);
  assert.deepEqual(await states(ledger), {});
});

test('a picture that cannot be deleted does not stop others, and is tried again later', async (t) => {
  const ledger = await temporaryLedger(t);
  const stuck = await leave(ledger, { due_at: 1 });
  await leave(ledger, { due_at: 2 });
  const failing = {
    ...ledger.media,
    delete: async (key: string) => {
      if (key.includes(stuck)) throw new Error('stuck');
      await ledger.media.delete(key);
    },
  };
  const swept = await sweep({ ...ledger, media: failing });
  assert.deepEqual(swept, { deleted: 1, adopted: 0, failed: 1 });
  assert.deepEqual(await sweep(ledger), { deleted: 0, adopted: 0, failed: 0 });
  ledger.time.now += HOUR;
  assert.deepEqual(await sweep(ledger), { deleted: 1, adopted: 0, failed: 0 });
  assert.deepEqual(await storedKeys(ledger), []);
});

test('a row due years ahead, from a clock that was set back since, is deleted too', async (t) => {
  const ledger = await temporaryLedger(t);
  const now = ledger.time.now * 1000;
  await leave(ledger, { state: 'pending', due_at: now + 49 * HOUR * 1000 });
  const meant = await leave(ledger, { state: 'doomed', due_at: now + 24 * HOUR * 1000 });
  assert.equal((await sweep(ledger)).deleted, 1);
  assert.deepEqual(await states(ledger), { [meant]: 'doomed' });
});

// PostgreSQL's disk is not the one with the files.
if (!ON_POSTGRESQL) {
  test('files of doomed pictures are deleted even if the database cannot be written', async (t) => {
    const ledger = await temporaryLedger(t);
    await leave(ledger, { state: 'pending', due_at: 1 });
    await leave(ledger, { state: 'doomed', due_at: 2 });
    for (const write of ['insert', 'update', 'delete']) {
      await sql
        .raw(`create trigger no_${write} before ${write} on pictures begin
          select raise(abort, 'no writes'); end`)
        .execute(ledger.db);
    }
    await assert.rejects(sweep(ledger), /no writes/);
    assert.equal((await storedKeys(ledger)).length, 3);
    assert.equal(Object.keys(await states(ledger)).length, 2);
    for (const write of ['insert', 'update', 'delete']) {
      await sql.raw(`drop trigger no_${write}`).execute(ledger.db);
    }
    assert.equal((await sweep(ledger)).deleted, 2);
    assert.deepEqual(await states(ledger), {});
    assert.deepEqual(await storedKeys(ledger), []);
  });
}

test('when aborted, it ends after the current picture', async (t) => {
  const ledger = await temporaryLedger(t);
  await leave(ledger, { due_at: 1 });
  const left = await leave(ledger, { due_at: 2 });
  const slow = slowDeletes(ledger);
  const stopping = new AbortController();
  const swept = sweep({ ...ledger, media: slow.media }, { signal: stopping.signal });
  await slow.begun;
  stopping.abort();
  slow.release();
  assert.equal((await swept).deleted, 1);
  assert.deepEqual(await states(ledger), { [left]: 'doomed' });
});

test('a sweep does not disturb running uploads', async (t) => {
  const ledger = await temporaryLedger(t);
  const userId = await addUser(ledger.db);
  const held = heldStore(ledger.media);
  const upload = replacePicture({ ...ledger, media: held.media }, userId, someFiles());
  await held.begun;
  await sweep(ledger);
  held.release();
  await upload;
  await sweep(ledger);
  assert.deepEqual(await storedKeys(ledger), await ownedKeys(ledger));
  assert.equal((await storedKeys(ledger)).length, 3);
});

/** A store whose deletions wait until they are released. */
function slowDeletes({ media }: Ledger) {
  const begun = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const slow = {
    ...media,
    delete: async (key: string) => {
      begun.resolve();
      await release.promise;
      await media.delete(key);
    },
  };
  return { media: slow, begun: begun.promise, release: release.resolve };
}

if (ON_POSTGRESQL) {
  test('if several nodes sweep at once, each row is handled by one', async (t) => {
    const ledger = await temporaryLedger(t);
    const keys: string[] = [];
    for (let n = 0; n < 30; n++) keys.push(await leave(ledger, {}));
    const deleted: string[] = [];
    const media = {
      ...ledger.media,
      delete: async (key: string) => {
        deleted.push(key);
        await ledger.media.delete(key);
      },
    };
    // Open the connections first, so that all begin at once.
    const connect = () => sql`select pg_sleep(0.1)`.execute(ledger.db);
    await Promise.all(Array.from({ length: 8 }, connect));
    const nodes = Array.from({ length: 8 }, () => sweep({ ...ledger, media }));
    const swept = await Promise.all(nodes);
    assert.equal(
      swept.reduce((sum, each) => sum + each.deleted, 0),
      30,
    );
    assert.deepEqual(deleted.toSorted(), keys.flatMap((key) => storeKeys(key)).toSorted());
  });

  test('rows claimed by a node that died are due again after a while', async (t) => {
    const ledger = await temporaryLedger(t);
    const key = await leave(ledger, {});
    const now = ledger.time.now * 1000;
    const lease = { includePending: false, limit: 10, leaseEnd: now + 1000 };
    const claimed = await claimDue(ledger.db, { ...lease, now });
    assert.deepEqual(
      claimed.map((row) => row.key),
      [key],
    );
    assert.equal((await sweep(ledger)).deleted, 0);
    ledger.time.now += 1;
    assert.equal((await sweep(ledger)).deleted, 1);
  });
}
