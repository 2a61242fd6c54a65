import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertUnauthorized, createClient } from '../../support/client.ts';
import type { Page, Post } from '../../support/client.ts';
import { openBlog } from '../../support/blog.ts';
import { startServer } from '../../support/server.ts';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');

const page = (path: string) => client.api<Page>('GET', path);
const change = (method: 'PUT' | 'PATCH', id: number, token: string, json: object) =>
  client.api<Post>(method, `/api/posts/${id}`, { token, json });

test('an empty blog answers an empty page', async () => {
  const answer = await page('/api/posts');
  const expected = { posts: [], total: 0, skip: 0, limit: 10, has_more: false };
  assert.deepEqual([answer.status, answer.text], [200, JSON.stringify(expected)]);
});

test('a new post is returned whole, its author without the e-mail', async () => {
  const json = {
    title: '  Title ',
    content: '\n two\r\nlines \t',
    user_id: bob.id,
    id: 9,
    date_posted: '',
  };
  const answer = await client.api<Post>('POST', '/api/posts', { token: ann.token, json });
  assert.equal(answer.status, 201);
  const { id, date_posted } = answer.body;
  assert.match(date_posted, ISO);
  assert.ok(Math.abs(Date.parse(date_posted) - Date.now()) < 600_000);
  const author = {
    id: ann.id,
    username: 'Ann',
    image_file: null,
    image_path: '/static/profile_pics/default.jpg',
  };
  const { title, content } = json;
  const expected = { title, content, id, user_id: ann.id, date_posted, author };
  assert.equal(answer.text, JSON.stringify(expected));
  const again = await client.api('GET', `/api/posts/${id}`);
  assert.deepEqual([again.status, again.text], [200, answer.text]);
});

test('a title may hold 100 code points, a text very many', async () => {
  const title = '🙂'.repeat(100);
  const content = 'é'.repeat(200_000);
  const { id } = await client.post(ann.token, title, content);
  const { body } = await client.api<Post>('GET', `/api/posts/${id}`);
  assert.deepEqual([body.title, body.content], [title, content]);
});

test('PUT replaces title and text and leaves the date', async () => {
  const post = await client.post(ann.token);
  const answer = await change('PUT', post.id, ann.token, { title: 'New', content: 'Newer' });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, { ...post, title: 'New', content: 'Newer' });
});

test('PATCH changes only what is sent; null is not sent', async () => {
  const post = await client.post(ann.token);
  const cases: [object, Partial<Post>][] = [
    [{}, {}],
    [{ title: null, content: null }, {}],
    [{ title: 'Only the title' }, { title: 'Only the title' }],
    [
      { title: null, content: 'Only the text' },
      { title: 'Only the title', content: 'Only the text' },
    ],
  ];
  for (const [json, changed] of cases) {
    const answer = await change('PATCH', post.id, ann.token, json);
    assert.deepEqual([answer.status, answer.text], [200, JSON.stringify({ ...post, ...changed })]);
  }
});

test('DELETE removes a post, once', async () => {
  const { id } = await client.post(ann.token);
  const answer = await client.api('DELETE', `/api/posts/${id}`, { token: ann.token });
  assert.deepEqual([answer.status, answer.text], [204, '']);
  assertError(await client.api('GET', `/api/posts/${id}`), 404, 'Post not found');
  const again = await client.api('DELETE', `/api/posts/${id}`, { token: ann.token });
  assertError(again, 404, 'Post not found');
});

test('a missing post is a 404 before ownership is checked', async () => {
  const { id } = await client.post(ann.token);
  const json = { title: 'a', content: 'b' };
  for (const [method, verb] of [
    ['PUT', 'update'],
    ['PATCH', 'update'],
    ['DELETE', 'delete'],
  ] as const) {
    const sent = { token: bob.token, ...(method === 'DELETE' ? {} : { json }) };
    const missing = await client.api(method, '/api/posts/999999', sent);
    assertError(missing, 404, 'Post not found');
    const foreign = await client.api(method, `/api/posts/${id}`, sent);
    assertError(foreign, 403, `Not authorized to ${verb} this post`);
    const anonymous = await client.api(method, `/api/posts/${id}`, { json });
    assertUnauthorized(anonymous, 'Not authenticated');
  }
  const anonymous = await client.api('POST', '/api/posts', { json });
  assertUnauthorized(anonymous, 'Not authenticated');
  assert.equal((await client.api<Post>('GET', `/api/posts/${id}`)).body.title, 'A title');
});

test('pages go newest first, equal dates by id, and say whether there is more', async () => {
  const cat = await client.person('Cat');
  const ids: number[] = [];
  for (let n = 0; n < 12; n++) ids.push((await client.post(cat.token, `Post ${n}`)).id);
  const [first = 0, , , last = 0] = ids.slice(0, 4);
  // Four posts of the same microsecond, older than all others.
  await server.context.db
    .updateTable('posts')
    .set({ date_posted: 1_000_001 })
    .where('id', '>=', first)
    .where('id', '<=', last)
    .execute();
  const order = [...ids.slice(4).toReversed(), ...ids.slice(0, 4).toReversed()];

  const path = `/api/users/${cat.id}/posts`;
  const cases: [string, number, number, boolean][] = [
    ['', 0, 10, true],
    ['?skip=2', 2, 10, false],
    ['?skip=1', 1, 10, true],
    ['?limit=12', 0, 12, false],
    ['?limit=11', 0, 11, true],
    ['?limit=%2B5&skip=10', 10, 5, false],
    ['?skip=12&limit=1', 12, 1, false],
    ['?skip=9007199254740991&limit=100', 9_007_199_254_740_991, 100, false],
    ['?unknown=1&skip=0', 0, 10, true],
  ];
  for (const [query, skip, limit, has_more] of cases) {
    const { status, body } = await page(path + query);
    assert.equal(status, 200, query);
    const { posts, ...rest } = body;
    assert.deepEqual(rest, { total: 12, skip, limit, has_more }, query);
    assert.deepEqual(Object.keys(body), ['posts', 'total', 'skip', 'limit', 'has_more']);
    assert.deepEqual(
      posts.map((post) => post.id),
      order.slice(skip, skip + limit),
      query,
    );
  }
  const oldest = (await page(`${path}?skip=11`)).body.posts[0];
  assert.equal(oldest?.date_posted, '1970-01-01T00:00:01.000001Z');
});

test('the list of all posts has everyone’s posts, each as when read alone', async () => {
  const { id } = await client.post(bob.token, 'The latest');
  const { body } = await page('/api/posts?limit=1');
  const alone = await client.api<Post>('GET', `/api/posts/${id}`);
  assert.deepEqual(body.posts, [alone.body]);
  assert.equal(body.has_more, true);
  const { body: own } = await page(`/api/users/${bob.id}/posts?limit=100`);
  assert.ok(own.posts.every((post) => post.user_id === bob.id));
  assert.equal(own.total, own.posts.length);
});

test('the posts of an unknown user are a 404, those of a user without posts an empty page', async () => {
  assertError(await client.api('GET', '/api/users/999999/posts'), 404, 'User not found');
  const { id } = await client.register();
  const answer = await page(`/api/users/${id}/posts`);
  assert.deepEqual(answer.body, { posts: [], total: 0, skip: 0, limit: 10, has_more: false });
});

test('POSTS_PER_PAGE is the limit when none is given', async () => {
  await using three = await startServer({ POSTS_PER_PAGE: '3' });
  const { body } = await createClient(three.url).api<Page>('GET', '/api/posts');
  assert.equal(body.limit, 3);
});
