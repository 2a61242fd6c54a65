import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { createVisitor } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');

interface List {
  posts: { id: number }[];
  total: number;
  has_more: boolean;
}

const write = async (audience: string | null, title = 'A title') => {
  const json = { title, content: 'Some text', audience };
  const made = await client.api<{ id: number }>('POST', '/api/posts', { token: ann.token, json });
  assert.equal(made.status, 201);
  assert.ok(!('audience' in made.body), 'the answer has no new field');
  return made.body.id;
};
const list = async (path: string, token?: string) =>
  (await client.api<List>('GET', path, token === undefined ? {} : { token })).body;
const statusOf = async (path: string, token?: string) =>
  (await client.api('GET', path, token === undefined ? {} : { token })).status;

test('a post for members is in no list, count or answer for others', async () => {
  const open = [await write(null), await write('blog'), await write('everyone')];
  const closed = await write('members', 'A secret title');
  for (const path of ['/api/posts?limit=3', `/api/users/${ann.id}/posts?limit=3`]) {
    const strangers = await list(path);
    assert.deepEqual(
      strangers.posts.map(({ id }) => id),
      open.toReversed(),
    );
    assert.deepEqual([strangers.total, strangers.has_more], [3, false]);
    const members = await list(path, bob.token);
    assert.equal(members.posts[0]?.id, closed);
    assert.deepEqual([members.total, members.has_more], [4, true]);
  }
  for (const path of [`/api/posts/${closed}`, `/api/posts/${closed}/rendered`]) {
    assert.equal(await statusOf(path), 404);
    assert.equal(await statusOf(path, bob.token), 200);
  }
  const unknown = await client.api('GET', '/api/posts/999999');
  assert.deepEqual((await client.api('GET', `/api/posts/${closed}`)).body, unknown.body);
  const reader = createVisitor(server.url);
  for (const path of ['/', '/posts', `/users/${ann.id}/posts`, `/posts/${closed}`]) {
    assert.doesNotMatch((await reader.get(path)).text, /secret title/, path);
  }
  await reader.signIn(bob);
  assert.match((await reader.get('/')).text, /secret title/);
  const page = await reader.get(`/posts/${closed}`);
  assert.equal(page.status, 200);
  assert.match(page.text, /For members only/);
  assert.doesNotMatch((await reader.get(`/posts/${open[0]}`)).text, /For members only/);
});

test('an audience changes with the post, at once for everybody, and only if it is named', async () => {
  const id = await write('members');
  const change = (json: object) =>
    client.api('PATCH', `/api/posts/${id}`, { token: ann.token, json });
  assert.equal((await change({ title: 'Another' })).status, 200);
  const put = { token: ann.token, json: { title: 'Whole', content: 'Text' } };
  assert.equal((await client.api('PUT', `/api/posts/${id}`, put)).status, 200);
  assert.equal(await statusOf(`/api/posts/${id}`), 404);
  assert.equal((await change({ audience: 'blog' })).status, 200);
  assert.equal(await statusOf(`/api/posts/${id}`), 200);
  const { total } = await list('/api/posts');
  assert.equal((await change({ audience: 'members' })).status, 200);
  assert.equal((await list('/api/posts')).total, total - 1);
  const refused = await change({ audience: 'nobody' });
  assert.deepEqual(
    (refused.body['detail'] as { type: string }[]).map(({ type }) => type),
    ['literal_error'],
  );
});

test('a waiting or suspended account reads as a stranger does', async () => {
  const id = await write('members');
  const cleo = await client.person('Cleo');
  const { db } = server.context;
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', cleo.id).execute();
  assert.equal(await statusOf(`/api/posts/${id}`, cleo.token), 404);
});

test('a draft keeps whom its post is for, and publishing it keeps that too', async () => {
  const id = await write('members');
  const json = { post_id: id, title: 'Next' };
  const draft = await client.api<{ id: number; audience: string }>('POST', '/api/drafts', {
    token: ann.token,
    json,
  });
  assert.equal(draft.body.audience, 'members');
  const path = `/api/drafts/${draft.body.id}/publish`;
  assert.equal((await client.api('POST', path, { token: ann.token })).status, 200);
  assert.equal(await statusOf(`/api/posts/${id}`), 404);
  assert.equal(await statusOf(`/api/posts/${id}`, bob.token), 200);
});

test('the composer asks whom a text is for, and its buttons keep the answer', async () => {
  const writer = createVisitor(server.url);
  await writer.signIn(ann);
  const typed = { title: 'For us', content: 'Only', format: 'text', audience: 'members' };
  const saved = await writer.post('/posts/new', { ...typed, draft: '', do: 'save' });
  const page = await writer.follow(saved);
  assert.match(page.text, /<option value="members" selected/);
  const id = /name="draft" value="(\d+)"/.exec(page.text)?.[1] ?? assert.fail(page.text);
  const published = await writer.post(`/drafts/${id}`, {
    ...typed,
    draft: id,
    draft_version: '1',
    do: 'publish',
  });
  const post = /\/posts\/(\d+)/.exec(published.location)?.[1] ?? assert.fail(published.location);
  assert.equal(await statusOf(`/api/posts/${post}`), 404);
  // A form from before there were audiences changes nothing about it.
  const edited = { title: 'For us', content: 'Still', format: 'text' };
  assert.equal((await writer.post(`/posts/${post}/edit`, edited)).status, 303);
  assert.equal(await statusOf(`/api/posts/${post}`), 404);
  await writer.post(`/posts/${post}/edit`, { ...edited, audience: 'blog' });
  assert.equal(await statusOf(`/api/posts/${post}`), 200);
});
