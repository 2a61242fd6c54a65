import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { UserRow } from '../../src/db/schema.ts';
import { publishText, unpublishPost, updatePost } from '../../src/posts/writing.service.ts';
import { openBlog } from '../support/blog.ts';
import type { Page, Person } from '../support/client.ts';
import { verifyPostCounts } from '../support/post-counts.ts';
import { createVisitor } from '../support/visitor.ts';

const { server, client } = await openBlog();
const { context } = server;
const { db } = context;
const ann = await client.person('Ann');
const bob = await client.person('Bob');

async function rowOf({ id }: Person): Promise<UserRow> {
  return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
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

  await publishText(context, await rowOf(ann), id, { content: 'A better text' });
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

test('it comes back with the same text too, which is no new revision', async () => {
  const { id } = await client.post(ann.token, 'Same');
  await unpublish(id);
  await publishText(context, await rowOf(ann), id, {});
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
