import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUser, temporaryLedger } from '../../test/support/ledger.ts';
import { can, type Subject, visibleTo } from './policy.ts';

const ADA = { id: 1 };
const POST_OF_ADA = { kind: 'post', author: 1 } as const;
const ACCOUNT_OF_ADA = { kind: 'user', id: 1 } as const;

const DRAFT_OF_ADA = { kind: 'draft', owner: 1 } as const;

/** Who may act on Ada's post, account and draft: an anonymous reader, Ada, and Bob. */
const TABLE: [
  action: 'read' | 'update' | 'delete' | 'history',
  Subject,
  [boolean, boolean, boolean],
][] = [
  ['read', POST_OF_ADA, [true, true, true]],
  ['update', POST_OF_ADA, [false, true, false]],
  ['delete', POST_OF_ADA, [false, true, false]],
  ['history', POST_OF_ADA, [false, true, false]],
  ['read', ACCOUNT_OF_ADA, [true, true, true]],
  ['update', ACCOUNT_OF_ADA, [false, true, false]],
  ['delete', ACCOUNT_OF_ADA, [false, true, false]],
  ['read', DRAFT_OF_ADA, [false, true, false]],
  ['update', DRAFT_OF_ADA, [false, true, false]],
  ['delete', DRAFT_OF_ADA, [false, true, false]],
];

for (const [action, subject, expected] of TABLE) {
  test(`who may ${action} a ${subject.kind}`, () => {
    const viewers = [null, ADA, { id: 2 }];
    assert.deepEqual(
      viewers.map((viewer) => can(viewer, action, subject)),
      expected,
    );
  });
}

test('lists hold exactly the posts that one may read', async (t) => {
  const { db } = await temporaryLedger(t);
  const authors = [await addUser(db, 'ada'), await addUser(db, 'bob')];
  const post = { title: 't', content: 'c', date_posted: 0 };
  await db
    .insertInto('posts')
    .values(authors.map((user_id) => ({ user_id, ...post })))
    .execute();
  const rows = await db.selectFrom('posts').selectAll().execute();
  for (const viewer of [null, ...authors.map((id) => ({ id }))]) {
    const listed = await db.selectFrom('posts').select('id').where(visibleTo(viewer)).execute();
    const readable = rows.filter((row) =>
      can(viewer, 'read', { kind: 'post', author: row.user_id }),
    );
    assert.deepEqual(
      listed.map(({ id }) => id),
      readable.map(({ id }) => id),
    );
  }
});
