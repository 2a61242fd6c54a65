import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addUser, temporaryLedger } from '../../test/support/pictures/ledger.ts';
import type { PostRow, Role } from '../db/schema.ts';
import { countPosts } from '../posts/lists.store.ts';
import { can, countFor, type Subject, type Viewer, visibleComments, visibleTo } from './policy.ts';

const person = (id: number, role: Role, state: 'active' | 'waiting' | 'suspended' = 'active') => ({
  id,
  role,
  state,
});

/** Who asks, in the order of the table. Number 1 has a post and an account, which the table is about. */
const VIEWERS: [string, Viewer][] = [
  ['anonymous', null],
  ['themselves', person(1, 'member')],
  ['themselves, now a reader', person(1, 'reader')],
  ['themselves, suspended', person(1, 'member', 'suspended')],
  ['reader', person(2, 'reader')],
  ['member', person(2, 'member')],
  ['waiting member', person(2, 'member', 'waiting')],
  ['waiting owner', person(2, 'owner', 'waiting')],
  ['suspended owner', person(2, 'owner', 'suspended')],
  ['editor', person(2, 'editor')],
  ['owner', person(2, 'owner')],
];

const POST = { kind: 'post', author: 1, state: 'published', audience: 'blog' } as const;
const UNPUBLISHED = { ...POST, state: 'unpublished', audience: 'blog' } as const;
const HIDDEN = { ...POST, state: 'hidden' } as const;
const FOR_MEMBERS = { ...POST, audience: 'members' } as const;
const COMMENT = { kind: 'comment', author: 1, postAuthor: 3, state: 'visible' } as const;
const commentIn = (state: 'held' | 'hidden' | 'removed') => ({ ...COMMENT, state });
const ON_ONES_POST = { ...COMMENT, author: 2, postAuthor: 1 } as const;
const DRAFT = { kind: 'draft', owner: 1 } as const;
const USER = { kind: 'user', id: 1 } as const;
const BLOG = { kind: 'blog' } as const;
const account = (role: Role) => ({ kind: 'account', id: 1, role }) as const;
const EVERYBODY = VIEWERS.map(([name]) => name);
const OUTSIDE = /nobody|anonymous|waiting|suspended/;
const AUTHOR = ['themselves', 'themselves, now a reader'];
const ONESELF = [...AUTHOR, 'themselves, suspended'];
const RUNNERS = ['editor', 'owner'];

/** Who may do what; nobody else may. */
const TABLE: [action: string, Subject, string[]][] = [
  ['read', POST, EVERYBODY],
  ['read', FOR_MEMBERS, EVERYBODY.filter((name) => !OUTSIDE.test(name))],
  ['update', POST, AUTHOR],
  ['delete', POST, AUTHOR],
  ['see-history', POST, AUTHOR],
  ['comment', POST, EVERYBODY.filter((name) => !OUTSIDE.test(name))],
  ['comment', UNPUBLISHED, []],
  ['read', COMMENT, EVERYBODY],
  ['read', commentIn('held'), [...AUTHOR, ...RUNNERS]],
  ['read', commentIn('hidden'), [...AUTHOR, ...RUNNERS]],
  ['read', commentIn('removed'), []],
  ['read', { ...ON_ONES_POST, author: null, state: 'held' }, RUNNERS],
  ['read', { ...ON_ONES_POST, author: null, state: 'hidden' }, [...AUTHOR, ...RUNNERS]],
  ['update', COMMENT, AUTHOR],
  ['update', commentIn('held'), AUTHOR],
  ['update', commentIn('hidden'), []],
  ['delete', commentIn('hidden'), AUTHOR],
  ['delete', commentIn('removed'), []],
  ['hide', COMMENT, RUNNERS],
  ['hide', ON_ONES_POST, [...AUTHOR, ...RUNNERS]],
  ['hide', { ...ON_ONES_POST, state: 'hidden' }, []],
  ['moderate', ON_ONES_POST, RUNNERS],
  ['moderate', commentIn('hidden'), RUNNERS],
  ['moderate', commentIn('removed'), []],
  ['read', UNPUBLISHED, []],
  ['update', UNPUBLISHED, AUTHOR],
  ['delete', UNPUBLISHED, AUTHOR],
  ['see-history', UNPUBLISHED, AUTHOR],
  ['read', HIDDEN, [...AUTHOR, ...RUNNERS]],
  ['update', HIDDEN, AUTHOR],
  ['delete', HIDDEN, AUTHOR],
  ['see-history', HIDDEN, AUTHOR],
  ['moderate', POST, RUNNERS],
  ['moderate', HIDDEN, RUNNERS],
  ['moderate', UNPUBLISHED, []],
  ['read', DRAFT, ONESELF],
  ['update', DRAFT, ONESELF],
  ['delete', DRAFT, ONESELF],
  ['read', USER, EVERYBODY],
  ['update', USER, ONESELF],
  ['delete', USER, ONESELF],
  ['write', BLOG, ['themselves', 'member', ...RUNNERS]],
  ['own-feeds', BLOG, EVERYBODY.filter((name) => !OUTSIDE.test(name))],
  ['read-log', BLOG, ['themselves', 'member', ...RUNNERS]],
  ['moderate', BLOG, RUNNERS],
  ['run', BLOG, ['owner']],
  ...['suspend', 'remove'].flatMap((action): [string, Subject, string[]][] => [
    [action, account('reader'), RUNNERS],
    [action, account('member'), RUNNERS],
    [action, account('editor'), ['owner']],
    [action, account('owner'), []],
  ]),
  ['change-role', account('member'), ['owner']],
  ['change-role', account('owner'), ['owner']],
  ['reset-password', account('editor'), ['owner']],
  ['reset-password', account('owner'), []],
];

for (const [action, subject, expected] of TABLE) {
  const about =
    subject.kind === 'account'
      ? `account of the role ${subject.role}`
      : subject === UNPUBLISHED
        ? 'post that is unpublished'
        : subject === FOR_MEMBERS
          ? 'post for members'
          : subject === HIDDEN
            ? 'post that is hidden'
            : subject.kind === 'comment' && subject.state !== 'visible'
              ? `${subject.state} comment`
              : subject.kind;
  test(`who may ${action} a ${about}`, () => {
    const allowed = VIEWERS.filter(([, viewer]) => can(viewer, action as 'read', subject as never));
    assert.deepEqual(
      allowed.map(([name]) => name),
      expected,
    );
  });
}

const audienced = (audience: PostRow['audience']) => ({
  audience,
  members_only: audience === 'members' ? 1 : 0,
});

test('lists hold and count exactly the posts that one may read', async (t) => {
  const { db } = await temporaryLedger(t);
  const authors = [await addUser(db, 'ada'), await addUser(db, 'bob')];
  const post = { title: 't', content: 'c', date_posted: 0 };
  await db
    .insertInto('posts')
    .values(
      authors.flatMap((user_id) =>
        (['everyone', 'members', 'blog'] as const).flatMap((audience) => [
          { user_id, ...post, ...audienced(audience), state: 'published' as const },
          { user_id, ...post, ...audienced(audience), state: 'unpublished' as const },
          { user_id, ...post, ...audienced(audience), state: 'hidden' as const },
        ]),
      ),
    )
    .execute();
  const rows = await db.selectFrom('posts').selectAll().orderBy('id').execute();
  const writer = authors[0] ?? 0;
  const viewers = [
    ...VIEWERS.map(([, viewer]) => viewer),
    ...(['reader', 'member', 'editor'] as const).map((role) => person(writer, role)),
    person(writer, 'member', 'waiting'),
    { ...person(99, 'member'), hidden_posts: 0 },
    person(writer, 'owner', 'suspended'),
  ];
  for (const viewer of viewers) {
    const visible = db.selectFrom('posts').select('id').where(visibleTo(viewer));
    const listed = await visible.orderBy('id').execute();
    const readable = rows.filter((row) =>
      can(viewer, 'read', { kind: 'post', author: row.user_id, ...row }),
    );
    assert.deepEqual(
      listed.map(({ id }) => id),
      readable.map(({ id }) => id),
    );
    assert.equal(await countPosts(db, countFor(viewer)), readable.length);
    const theirs = readable.filter((row) => row.user_id === writer);
    assert.equal(await countPosts(db, countFor(viewer), { userId: writer }), theirs.length);
  }
});

test('comments of a post are exactly those that one may read', async (t) => {
  const { db } = await temporaryLedger(t);
  const people = [await addUser(db, 'ada'), await addUser(db, 'bob'), await addUser(db, 'cleo')];
  const [postAuthor = 0] = people;
  const { id: post_id } = await db
    .insertInto('posts')
    .values({ user_id: postAuthor, title: 't', content: 'c', date_posted: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  const comment = { post_id, content: 'c', html: 'c', created_at: 0 };
  await db
    .insertInto('comments')
    .values(
      [...people, null].flatMap((user_id) =>
        (['visible', 'held', 'hidden', 'removed'] as const).map((state) => ({
          ...comment,
          user_id,
          state,
        })),
      ),
    )
    .execute();
  const rows = await db.selectFrom('comments').selectAll().orderBy('id').execute();
  const viewers = [
    ...VIEWERS.map(([, viewer]) => viewer),
    ...people.map((id) => person(id, 'member')),
    person(postAuthor, 'member', 'waiting'),
  ];
  for (const viewer of viewers) {
    const listed = await db
      .selectFrom('comments')
      .select('id')
      .where(visibleComments(viewer, postAuthor))
      .orderBy('id')
      .execute();
    const readable = rows.filter(({ user_id: author, state }) =>
      can(viewer, 'read', { kind: 'comment', author, state, postAuthor }),
    );
    assert.deepEqual(
      listed.map(({ id }) => id),
      readable.map(({ id }) => id),
    );
  }
});
