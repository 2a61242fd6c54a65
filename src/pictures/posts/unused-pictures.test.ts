import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addPostPicture,
  addUser,
  HOUR,
  type Ledger,
  somePostFiles,
  storedKeys,
  temporaryLedger,
} from '../../../test/support/pictures/ledger.ts';
import { transact } from '../../db/transact.ts';
import { recordUses } from './picture-uses.service.ts';
import type { UsedBy } from './picture-uses.store.ts';
import { deleteUnusedPictures } from './unused-pictures.service.ts';

const DAY = 24 * HOUR;

async function run(ledger: Ledger, days = 0): Promise<number> {
  ledger.time.now += days * DAY;
  return (await deleteUnusedPictures(ledger)).pictures;
}

const use = (ledger: Ledger, by: UsedBy, content: string, author?: number) =>
  transact(ledger.db, (trx) =>
    recordUses(trx, by, { content, ...(author !== undefined && { author }) }),
  );

const text = { title: '', content: '', format: 'text', created_at: 0 } as const;

async function addPost(ledger: Ledger, user_id: number): Promise<number> {
  const values = { user_id, title: 'x', content: 'x', date_posted: 0 };
  const post = ledger.db.insertInto('posts').values(values).returning('id');
  return (await post.executeTakeFirstOrThrow()).id;
}

async function addDraft(ledger: Ledger, user_id: number): Promise<number> {
  const values = { ...text, user_id, updated_at: 0 };
  const draft = ledger.db.insertInto('drafts').values(values).returning('id');
  return (await draft.executeTakeFirstOrThrow()).id;
}

test('a picture that nothing ever used goes after 30 days and not before', async (t) => {
  const ledger = await temporaryLedger(t);
  const user = await addUser(ledger.db);
  await addPostPicture(ledger, user, somePostFiles());
  assert.equal(await run(ledger, 29.9), 0);
  assert.equal((await storedKeys(ledger)).length, 4);
  assert.equal(await run(ledger, 0.1), 1);
  assert.deepEqual(await storedKeys(ledger), []);
  for (const table of ['pictures', 'post_pictures', 'picture_uses'] as const) {
    assert.deepEqual(await ledger.db.selectFrom(table).selectAll().execute(), []);
  }
});

test('a picture of a post stays; once the post is gone, it stays for 30 days', async (t) => {
  const ledger = await temporaryLedger(t);
  const user = await addUser(ledger.db);
  const { id } = await addPostPicture(ledger, user, somePostFiles());
  const post_id = await addPost(ledger, user);
  await use(ledger, { post_id }, `/pictures/${id}`, user);
  assert.equal(await run(ledger, 400), 0);
  await ledger.db.deleteFrom('posts').execute();
  assert.equal(await run(ledger), 0);
  assert.equal(await run(ledger, 29.9), 0);
  assert.equal(await run(ledger, 0.1), 1);
});

test('a picture in two posts stays when one is deleted', async (t) => {
  const ledger = await temporaryLedger(t);
  const user = await addUser(ledger.db);
  const { id } = await addPostPicture(ledger, user, somePostFiles());
  const [one, two] = [await addPost(ledger, user), await addPost(ledger, user)];
  for (const post_id of [one, two]) await use(ledger, { post_id }, `/pictures/${id}`, user);
  await ledger.db.deleteFrom('posts').where('id', '=', one).execute();
  assert.equal(await run(ledger), 0);
  assert.equal(await run(ledger, 400), 0);
  assert.equal((await storedKeys(ledger)).length, 4);
});

test('a picture that only an earlier text uses stays', async (t) => {
  const ledger = await temporaryLedger(t);
  const user = await addUser(ledger.db);
  const { id } = await addPostPicture(ledger, user, somePostFiles());
  const post_id = await addPost(ledger, user);
  const revision = { ...text, post_id, user_id: user, published: 1 };
  const added = ledger.db.insertInto('revisions').values(revision).returning('id');
  const { id: revision_id } = await added.executeTakeFirstOrThrow();
  await use(ledger, { revision_id }, `/pictures/${id}`);
  assert.equal(await run(ledger, 400), 0);
});

test('a picture that was removed and is used again lives, with its full term after that', async (t) => {
  const ledger = await temporaryLedger(t);
  const user = await addUser(ledger.db);
  const { id } = await addPostPicture(ledger, user, somePostFiles());
  const draft_id = await addDraft(ledger, user);
  await use(ledger, { draft_id }, `/pictures/${id}`, user);
  await use(ledger, { draft_id }, 'without', user);
  assert.equal(await run(ledger), 0);
  assert.equal(await run(ledger, 29), 0);
  await use(ledger, { draft_id }, `again /pictures/${id}`, user);
  assert.equal(await run(ledger, 29), 0);
  await ledger.db.deleteFrom('drafts').execute();
  assert.equal(await run(ledger), 0);
  assert.equal(await run(ledger, 29), 0);
  assert.equal(await run(ledger, 1), 1);
});

test('a use that comes while clean-up decides keeps the picture', async (t) => {
  const ledger = await temporaryLedger(t);
  const user = await addUser(ledger.db);
  const { id } = await addPostPicture(ledger, user, somePostFiles());
  const draft_id = await addDraft(ledger, user);
  ledger.time.now += 31 * DAY;
  // Between the list of what is unused and the lock of the user.
  const { db } = ledger;
  let used = false;
  const transaction = () => {
    const builder = db.transaction();
    return {
      setIsolationLevel: (level: 'read committed') => ({
        async execute(action: never) {
          if (!used) await use(ledger, { draft_id }, `/pictures/${id}`, user);
          used = true;
          return builder.setIsolationLevel(level).execute(action);
        },
      }),
    };
  };
  const watched = new Proxy(db, {
    get(target, name) {
      if (name === 'transaction') return transaction;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  assert.equal((await deleteUnusedPictures({ ...ledger, db: watched })).pictures, 0);
  assert.ok(used);
  assert.equal((await storedKeys(ledger)).length, 4);
});
