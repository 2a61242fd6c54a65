import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserRow } from '../../../src/db/schema.ts';
import { unpublishPost } from '../../../src/posts/unpublish/unpublish.service.ts';
import type { PostUpdate } from '../../../src/posts/post.ts';
import { getOwnPostFor } from '../../../src/posts/posts.service.ts';
import { changePost, updatePost } from '../../../src/posts/writing/writing.service.ts';
import { openBlog } from '../../support/blog.ts';
import type { Page, Person } from '../../support/client.ts';
import { verifyPostCounts } from '../../support/databases/post-counts.ts';
import { createVisitor, statusOf, valuesOf } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const { context } = server;
const { db } = context;
const ann = await client.person('Ann');
const bob = await client.person('Bob');

async function rowOf({ id }: Person): Promise<UserRow> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}
async function publishAgain(id: number, given: PostUpdate) {
  const author = await rowOf(ann);
  const find = () => getOwnPostFor(context, author, id, 'update');
  return changePost(context, author, find, { given });
}
const unpublish = async (id: number, keep = async () => {}) =>
  unpublishPost(context, await rowOf(ann), id, keep);

test('an unpublished post is nowhere, for its author neither, and comes back at its place', async () => {
  const { id, date_posted } = await client.post(ann.token, 'Gone for now', 'A text');
  const newer = await client.post(ann.token, 'Newer');
  const before = await client.api<Page>('GET', '/api/posts');
  await unpublish(id);

  for (const token of [ann.token, bob.token, '']) {
    const sent = token === '' ? {} : { token };
    for (const [method, path] of [
      ['GET', `/api/posts/${id}`],
      ['GET', `/api/posts/${id}/rendered`],
      ['PATCH', `/api/posts/${id}`],
      ['PUT', `/api/posts/${id}`],
      ['DELETE', `/api/posts/${id}`],
      ['GET', `/api/posts/${id}/revisions`],
    ] as const) {
      const json = method === 'GET' ? {} : { json: { title: 'T', content: 'c' } };
      const answer = await client.api(method, path, { ...sent, ...json });
      const open = method === 'GET' && !path.endsWith('revisions');
      assert.equal(answer.status, token === '' && !open ? 401 : 404, `${method} ${path}`);
    }
    for (const path of ['/api/posts', `/api/users/${ann.id}/posts`]) {
      const { body } = await client.api<Page>('GET', path, sent);
      assert.ok(!body.posts.some((post) => post.id === id));
      assert.equal(body.total, before.body.total - 1);
    }
  }
  const anyone = createVisitor(server.url);
  assert.equal((await anyone.get(`/posts/${id}`)).status, 404);
  assert.ok(!(await anyone.get('/')).text.includes('Gone for now'));
  const author = createVisitor(server.url);
  await author.signIn(ann);
  const led = await author.get(`/posts/${id}`);
  assert.deepEqual([led.status, led.location], [303, `/posts/${id}/edit`]);
  await verifyPostCounts(db);

  await publishAgain(id, { content: 'A better text' });
  const { body } = await client.api('GET', `/api/posts/${id}`);
  assert.deepEqual([body['content'], body['date_posted']], ['A better text', date_posted]);
  const list = await client.api<Page>('GET', '/api/posts');
  assert.deepEqual(
    list.body.posts.slice(0, 2).map((post) => post.id),
    [newer.id, id],
  );
  assert.equal(list.body.total, before.body.total);
  await verifyPostCounts(db);
});

test('it can be published again with the same text, which makes no new revision', async () => {
  const { id } = await client.post(ann.token, 'Same');
  await unpublish(id);
  await publishAgain(id, {});
  const { body } = await client.api('GET', `/api/posts/${id}/revisions`, { token: ann.token });
  assert.equal((body['revisions'] as unknown[]).length, 1);
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200);
});

test('what cannot be kept is not unpublished', async () => {
  const { id } = await client.post(ann.token, 'Stays');
  const full = async () => {
    throw new Error('no room for a draft');
  };
  await assert.rejects(unpublish(id, full), /no room/);
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200);
});

test('a change that comes in between is kept in the draft, and one that comes later is refused', async () => {
  const { id } = await client.post(ann.token, 'Raced', 'one');
  const kept: string[] = [];
  const author = await rowOf(ann);
  let first = true;
  await unpublishPost(context, author, id, async (_, post) => {
    kept.push(post.content);
    // On SQLite others wait for this transaction to end.
    if (first) void updatePost(context, author, id, { content: 'two' }).catch(() => {});
    first = false;
  });
  const { content, state } = await db
    .selectFrom('posts')
    .select(['content', 'state'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert.deepEqual([kept.at(-1), state], [content, 'unpublished']);
  await assert.rejects(updatePost(context, author, id, { content: 'three' }), { status: 404 });
});

test('nobody but its author takes a post back', async () => {
  const { id } = await client.post(ann.token, 'Theirs');
  const other = await rowOf(bob);
  await assert.rejects(
    unpublishPost(context, other, id, async () => {}),
    { status: 403 },
  );
  await unpublish(id);
  await unpublish(id);
  await assert.rejects(
    unpublishPost(context, other, id, async () => {}),
    { status: 404 },
  );
});

test('the button turns a post into a draft, and publishing that brings it back', async () => {
  const { id, date_posted } = await client.post(ann.token, 'Button', 'Once');
  const author = createVisitor(server.url);
  await author.signIn(ann);
  assert.match((await author.get(`/posts/${id}`)).text, /data-dialog="unpublish-post">Unpublish</);
  const question = await author.get(`/posts/${id}/unpublish`);
  assert.match(question.text, /<h1>Unpublish Post\?<\/h1>/);
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200, 'asking does nothing');

  const done = await author.post(`/posts/${id}/unpublish`);
  assert.equal(done.location, `/posts/${id}/edit?done=unpublished`);
  const draft = await author.follow(done);
  assert.equal(draft.status, 200);
  assert.equal(statusOf(draft), 'The post is a draft now, and only you see it.');
  assert.equal(valuesOf(draft)['content'], 'Once');
  assert.match(draft.text, /href="\/drafts">Cancel/);
  assert.match((await author.get('/drafts')).text, /an unpublished post/);
  assert.equal((await author.post(`/posts/${id}/unpublish`)).status, 303, 'a second click');

  const sent = { ...valuesOf(draft), content: 'Twice', do: 'publish' };
  const published = await author.post(`/posts/${id}/edit`, sent);
  assert.equal(published.location, `/posts/${id}?done=updated`);
  const { body } = await client.api('GET', `/api/posts/${id}`);
  assert.deepEqual([body['content'], body['date_posted']], ['Twice', date_posted]);
  const drafts = db.selectFrom('drafts').selectAll().where('post_id', '=', id);
  assert.deepEqual(await drafts.execute(), []);
});

const draftOf = async (id: number) =>
  (await db.selectFrom('drafts').selectAll().where('post_id', '=', id).executeTakeFirst())?.id;

test('over the API the draft brings it back, too', async () => {
  const { id } = await client.post(ann.token, 'By API');
  const author = createVisitor(server.url);
  await author.signIn(ann);
  await author.post(`/posts/${id}/unpublish`);
  const draft = await draftOf(id);
  const { status } = await client.api('POST', `/api/drafts/${draft}/publish`, {
    token: ann.token,
  });
  assert.equal(status, 200);
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200);
});

test('deleting the draft of an unpublished post deletes the post; of a published one, not', async () => {
  const author = createVisitor(server.url);
  await author.signIn(ann);
  const { id } = await client.post(ann.token, 'Given up');
  await author.post(`/posts/${id}/unpublish`);
  const draft = await draftOf(id);
  assert.match((await author.get(`/drafts/${draft}/delete`)).text, /post will be gone as well/);
  assert.equal((await author.post(`/drafts/${draft}/delete`)).status, 303);
  assert.equal((await author.get(`/posts/${id}`)).status, 404);
  assert.deepEqual(await db.selectFrom('posts').select('id').where('id', '=', id).execute(), []);

  const { id: kept } = await client.post(ann.token, 'Kept');
  const { body } = await client.api('POST', '/api/drafts', {
    token: ann.token,
    json: { post_id: kept },
  });
  await client.api('DELETE', `/api/drafts/${String(body['id'])}`, { token: ann.token });
  assert.equal((await client.api('GET', `/api/posts/${kept}`)).status, 200);
});

test('at the limit of drafts nothing is unpublished, and the page says why', async () => {
  const cat = await client.person('Cat');
  const { id } = await client.post(cat.token, 'One too many');
  const draft = { user_id: cat.id, title: '', content: '', format: 'text' as const };
  const rows = Array.from({ length: 200 }, () => ({ ...draft, created_at: 1, updated_at: 1 }));
  await db.insertInto('drafts').values(rows).execute();
  const author = createVisitor(server.url);
  await author.signIn(cat);
  const refused = await author.post(`/posts/${id}/unpublish`);
  assert.equal(refused.status, 400);
  assert.match(refused.text, /You have 200 drafts/);
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200);
});

test('a post for members only comes back for members only', async () => {
  const { id } = await client.post(ann.token, 'Among us');
  const path = `/api/posts/${id}`;
  await client.api('PATCH', path, { token: ann.token, json: { audience: 'members' } });
  const author = createVisitor(server.url);
  await author.signIn(ann);
  await author.post(`/posts/${id}/unpublish`);
  const draft = await draftOf(id);
  await client.api('POST', `/api/drafts/${draft}/publish`, { token: ann.token });
  assert.equal((await client.api('GET', path)).status, 404);
  assert.equal((await client.api('GET', path, { token: bob.token })).status, 200);
});
