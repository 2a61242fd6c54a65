import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { decide } from '../../../src/users/approval.service.ts';
import { endSuspension, liftSuspensions, suspend } from '../../../src/users/suspension.service.ts';
import { removeAndHandOver, removeEverything } from '../../../src/admin/people.service.ts';
import { findAccount } from '../../../src/auth/viewer.ts';
import type { UserRow } from '../../../src/db/schema.ts';
import { checkMedia } from '../../../src/pictures/check/media-check.ts';
import { restorePostsOfReturned } from '../../../src/posts/moderate/moderating.service.ts';
import { openBlog, type Someone } from '../../support/blog.ts';
import type { Page, Person } from '../../support/client.ts';
import { verifyPostCounts } from '../../support/databases/post-counts.ts';
import { mediaFiles } from '../../support/pictures/media-files.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { addPicture } from '../../support/pictures/added-picture.ts';
import { photo } from '../../support/pictures.ts';
import { head, openRaw } from '../../support/servers/raw.ts';
import { createVisitor, errorsOf, statusOf, type Visitor } from '../../support/visitor.ts';

const { server, client, someone } = await openBlog();
const { context } = server;
const { db } = context;

const rowOf = async ({ id }: Person): Promise<UserRow> => {
  const row = await findAccount(context, id);
  assert.ok(row);
  return row;
};

const data = await photo({ width: 400, height: 300 });

async function pictureOf({ token }: Person): Promise<{ id: number; key: string }> {
  const { id } = await addPicture(client, { token }, data);
  const row = db.selectFrom('post_pictures').select(['id', 'key']).where('id', '=', id);
  return row.executeTakeFirstOrThrow();
}

let editor: Visitor;
let owner: Someone;
before(async () => {
  editor = (await someone('editor')).browser;
  owner = await someone('owner');
});

test('an account is handed over: posts, their pictures and published texts stay, all else goes', async () => {
  const [leaving, heir] = [(await someone('member')).person, (await someone('member')).person];
  const picture = await pictureOf(leaving);
  const unused = await pictureOf(leaving);
  const { id } = await client.post(
    leaving.token,
    'Walnut bread',
    `![A loaf](/pictures/${picture.id})`,
  );
  const json = { content: `Better. ![A loaf](/pictures/${picture.id})`, format: 'markdown' };
  await client.api('PATCH', `/api/posts/${id}`, { token: leaving.token, json });
  const draft = { token: leaving.token, json: { post_id: id, title: 'x', content: 'Not yet' } };
  const { body } = await client.api<{ id: number }>('POST', '/api/drafts', draft);
  await db
    .insertInto('revisions')
    .values({
      post_id: id,
      draft_id: body.id,
      user_id: leaving.id,
      title: 'x',
      content: 'Not yet',
      format: 'text',
      published: 0,
      created_at: 1,
    })
    .execute();

  const wrong = await editor.post(`/admin/people/${leaving.id}/hand-over`, { to: 'nobody at all' });
  assert.equal(wrong.status, 400);
  assert.match(errorsOf(wrong)['to'] ?? '', /No other active member/);
  const self = await editor.post(`/admin/people/${leaving.id}/hand-over`, { to: leaving.username });
  assert.equal(self.status, 400);
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200);

  const done = await editor.post(`/admin/people/${leaving.id}/hand-over`, {
    to: heir.username.toUpperCase(),
  });
  assert.equal(
    statusOf(await editor.follow(done)),
    'The posts were handed over, and the account was deleted.',
  );
  const post = await client.api<{ user_id: number }>('GET', `/api/posts/${id}`);
  assert.equal(post.body.user_id, heir.id);
  const { body: hers } = await client.api<Page>('GET', `/api/users/${heir.id}/posts`);
  assert.equal(hers.total, 1);
  const shown = await createVisitor(server.url).get(`/posts/${id}`);
  assert.match(shown.text, new RegExp(`/media/[^"]*${picture.key}`));
  const src = new RegExp(`/media/[^" ]*${picture.key}[^" ]*`).exec(shown.text)?.[0] ?? '';
  assert.equal((await client.api('GET', src)).status, 200);
  const kept = await db.selectFrom('post_pictures').select(['id', 'user_id']).execute();
  assert.deepEqual(
    kept.filter((one) => [picture.id, unused.id].includes(one.id)).map((one) => ({ ...one })),
    [{ id: picture.id, user_id: heir.id }],
  );
  const texts = await db.selectFrom('revisions').selectAll().where('post_id', '=', id).execute();
  assert.ok(texts.length > 0);
  for (const { published, user_id } of texts) assert.deepEqual([published, user_id], [1, null]);
  const found = await createVisitor(server.url).get(`/search?q=by:${heir.username}`);
  assert.match(found.text, /Walnut bread/);
  const log = await editor.get('/admin/log');
  assert.match(
    log.text,
    new RegExp(`posts handed over.*a deleted account.*to.*${heir.username}`, 's'),
  );
  await verifyPostCounts(db);
  assert.deepEqual(await checkMedia({ ...context, images: undefined }, { repair: false }), []);
});

test('everything of a person is gone in one step, and the page says what', async () => {
  const { person } = await someone('member');
  const friend = (await someone('member')).person;
  await pictureOf(person);
  await client.post(person.token);
  const { id } = await client.post(friend.token, 'A post of a friend');
  const json = { content: 'Buy this' };
  await client.api('POST', `/api/posts/${id}/comments`, { token: person.token, json });
  const page = await editor.get(`/admin/people/${person.id}/delete`);
  assert.match(page.text, /1 post, 1 comment, 0 drafts, 1 picture/);
  const gone = await editor.post(`/admin/people/${person.id}/delete`, {});
  assert.equal(gone.status, 303);
  const { body } = await client.api<{ comments: unknown[] }>('GET', `/api/posts/${id}/comments`);
  assert.deepEqual(body.comments, []);
  for (const table of [
    'posts',
    'drafts',
    'revisions',
    'post_pictures',
    'sessions',
    'reports',
  ] as const) {
    const rows = await db
      .selectFrom(table)
      .select('user_id')
      .where('user_id', '=', person.id)
      .execute();
    assert.deepEqual(rows, [], table);
  }
  assert.match((await editor.get('/admin/log')).text, /everything removed.*a deleted account/s);
  await verifyPostCounts(db);
  assert.deepEqual(await checkMedia({ ...context, images: undefined }, { repair: false }), []);
});

test('posts that are hidden with their suspended author come back with them, others do not', async () => {
  const { person } = await someone('member');
  const { id: one } = await client.post(person.token);
  const { id: two } = await client.post(person.token);
  await editor.post(`/posts/${two}/moderate/hide`, { reason: 'By itself' });
  const statuses = async () =>
    Promise.all([one, two].map(async (id) => (await client.api('GET', `/api/posts/${id}`)).status));
  const form = { days: '1', reason: 'Rude' };
  await editor.post(`/admin/people/${person.id}/suspend`, form);
  assert.deepEqual(await statuses(), [200, 404], 'they stay unless hiding is chosen');
  await editor.post(`/admin/people/${person.id}/restore`, {});

  await editor.post(`/admin/people/${person.id}/suspend`, { ...form, 'hide-posts': 'yes' });
  assert.deepEqual(await statuses(), [404, 404]);
  await verifyPostCounts(db);
  await editor.post(`/admin/people/${person.id}/restore`, {});
  assert.deepEqual(await statuses(), [200, 404]);

  await editor.post(`/admin/people/${person.id}/suspend`, { ...form, 'hide-posts': 'yes' });
  await restorePostsOfReturned(context);
  assert.deepEqual(await statuses(), [404, 404], 'it is still suspended');
  await db.updateTable('users').set({ suspended_until: 1 }).where('id', '=', person.id).execute();
  await liftSuspensions(context);
  await restorePostsOfReturned(context);
  assert.deepEqual(await statuses(), [200, 404]);
  await verifyPostCounts(db);
});

for (const [method, pathOf] of [
  ['PATCH', (id: number) => `/api/users/${id}/picture`],
  ['POST', () => '/api/pictures'],
] as const) {
  test(`suspended in the middle of an upload, ${method}: refused, and nothing is left`, async () => {
    const { person } = await someone('member');
    const before = await mediaFiles(server.dataDir);
    const body = fileBody(await photo({ width: 800, height: 600 }));
    const connection = openRaw(server.url);
    const request = head(`${method} ${pathOf(person.id)}`, {
      ...MULTIPART,
      Authorization: `Bearer ${person.token}`,
      'Content-Length': body.length,
      // The answer to it shows that the server has found the account.
      Expect: '100-continue',
    });
    await connection.write(request);
    await connection.interim;
    await connection.write(body.subarray(0, body.length / 2));
    await editor.post(`/admin/people/${person.id}/suspend`, { days: '1', reason: 'Rude' });
    await connection.write(body.subarray(body.length / 2));
    assert.equal((await connection.answer).status, 403);
    assert.deepEqual(await mediaFiles(server.dataDir), before);
    assert.equal((await rowOf(person)).picture_key, null);
  });
}

test('who has lost the role in this moment does nothing any more', async () => {
  const late = (await someone('editor')).person;
  const [target, waiting] = [(await someone('member')).person, (await someone('member')).person];
  const suspended = (await someone('member')).person;
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', waiting.id).execute();
  await db
    .updateTable('users')
    .set({ state: 'suspended' })
    .where('id', '=', suspended.id)
    .execute();
  // As the request found it, before the role ended.
  const actor = await rowOf(late);
  await db.updateTable('users').set({ role: 'member' }).where('id', '=', late.id).execute();
  const refused = { status: 403 };
  const of = { actor, id: target.id };
  await assert.rejects(suspend(context, { ...of, until: null, reason: 'x' }), refused);
  await assert.rejects(endSuspension(context, actor, suspended.id), refused);
  await assert.rejects(decide(context, { actor, id: waiting.id }), refused);
  await assert.rejects(removeEverything(context, of), refused);
  await assert.rejects(removeAndHandOver(context, { ...of, to: waiting.username }), refused);
  assert.equal((await rowOf(target)).state, 'active');
  assert.equal((await rowOf(waiting)).state, 'waiting');
  const suspendedOwner = await rowOf(owner.person);
  await db
    .updateTable('users')
    .set({ state: 'suspended' })
    .where('id', '=', owner.person.id)
    .execute();
  await assert.rejects(
    suspend(context, { actor: suspendedOwner, id: target.id, until: null, reason: 'x' }),
    refused,
  );
  await db
    .updateTable('users')
    .set({ state: 'active' })
    .where('id', '=', owner.person.id)
    .execute();
});
