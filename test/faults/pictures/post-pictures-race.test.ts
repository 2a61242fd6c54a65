import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserRow } from '../../../src/db/schema.ts';
import { transact } from '../../../src/db/transact.ts';
import { HttpError } from '../../../src/errors.ts';
import { recordUses } from '../../../src/pictures/posts/picture-uses.service.ts';
import { deletePostPicture } from '../../../src/pictures/posts/post-pictures.service.ts';
import { deleteUnusedPictures } from '../../../src/pictures/posts/unused-pictures.service.ts';
import {
  addPostPicture,
  addUser,
  deleteAccount,
  HOUR,
  type Ledger,
  ownedKeys,
  somePostFiles,
  storedKeys,
  temporaryLedger,
} from '../../support/pictures/ledger.ts';

/** Without a sweep: what the requests themselves must guarantee. */
async function verifyNothingLeft(ledger: Ledger): Promise<void> {
  assert.deepEqual(await storedKeys(ledger), await ownedKeys(ledger));
  const rows = await ledger.db.selectFrom('pictures').select(['key', 'state']).execute();
  const posts = await ledger.db.selectFrom('post_pictures').select('key').execute();
  assert.deepEqual(
    rows.map(({ key, state }) => `${key} ${state}`).toSorted(),
    posts.map(({ key }) => `${key} live`).toSorted(),
  );
}

async function addDraft(ledger: Ledger, user_id: number): Promise<number> {
  const text = { title: '', content: '', format: 'text', created_at: 0, updated_at: 0 } as const;
  const draft = ledger.db
    .insertInto('drafts')
    .values({ ...text, user_id })
    .returning('id');
  return (await draft.executeTakeFirstOrThrow()).id;
}

test('a picture that is deleted, cleaned up and used at once is either used or gone', async (t) => {
  const ledger = await temporaryLedger(t);
  const user = await addUser(ledger.db);
  const viewer = { id: user } as UserRow;
  const counts = { kept: 0, gone: 0 };
  for (let round = 0; round < 12; round++) {
    const { id } = await addPostPicture(ledger, user, somePostFiles());
    const draft_id = await addDraft(ledger, user);
    const month = { ...ledger, clock: () => ledger.time.now + 31 * 24 * HOUR };
    const use = () =>
      transact(ledger.db, (trx) =>
        recordUses(trx, { draft_id }, { author: user, content: `/pictures/${id}` }),
      );
    const others = [
      () => deletePostPicture(ledger, viewer, id),
      () => deleteUnusedPictures(month),
      use,
    ];
    // Each of them is first in some rounds.
    const order = [0, 1, 2].map((n) => others[(n + round) % 3]!);
    // In every other round it has ended before the others begin.
    const first = round % 2 === 1 ? await Promise.allSettled([order.shift()?.()]) : [];
    const outcomes = [...first, ...(await Promise.allSettled(order.map((act) => act())))];
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      assert.ok(outcome.reason instanceof HttpError, String(outcome.reason));
      assert.match(String(outcome.reason.status), /^40[49]$/);
    }
    const uses = await ledger.db
      .selectFrom('picture_uses')
      .select('id')
      .where('picture_id', '=', id)
      .execute();
    const row = await ledger.db
      .selectFrom('post_pictures')
      .select('id')
      .where('id', '=', id)
      .executeTakeFirst();
    assert.equal(uses.length, row ? 1 : 0);
    counts[row ? 'kept' : 'gone'] += 1;
    await verifyNothingLeft(ledger);
  }
  assert.ok(counts.kept > 0 && counts.gone > 0, JSON.stringify(counts));
});

test('pictures that are added while their account is deleted leave nothing', async (t) => {
  const ledger = await temporaryLedger(t);
  for (let round = 0; round < 4; round++) {
    const user = await addUser(ledger.db, `ann ${round}`);
    await addPostPicture(ledger, user, somePostFiles());
    const uploads = Array.from({ length: 6 }, () => addPostPicture(ledger, user, somePostFiles()));
    const outcomes = await Promise.allSettled([...uploads, deleteAccount(ledger, user)]);
    for (const outcome of outcomes) {
      if (outcome.status === 'fulfilled') continue;
      assert.ok(outcome.reason instanceof HttpError, String(outcome.reason));
      assert.equal(outcome.reason.status, 404);
    }
    assert.deepEqual(await storedKeys(ledger), []);
    assert.deepEqual(await ledger.db.selectFrom('pictures').selectAll().execute(), []);
  }
});
