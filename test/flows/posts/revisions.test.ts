import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const { db } = server.context;

interface Revisions {
  revisions: {
    id: number;
    created_at: string;
    user_id: number;
    title: string;
    content: string;
    format: string;
    published: boolean;
  }[];
  next: string | null;
}

const revisionsOf = (id: number, query = '', token = ann.token) =>
  client.api<Revisions>('GET', `/api/posts/${id}/revisions${query}`, { token });

async function change(method: 'PUT' | 'PATCH', id: number, json: object): Promise<void> {
  const { status } = await client.api(method, `/api/posts/${id}`, { token: ann.token, json });
  assert.equal(status, 200);
}

test('each change over the API is a revision; the newest comes first', async () => {
  const { id } = await client.post(ann.token, 'First');
  await change('PUT', id, { title: 'Second', content: 'two', format: 'markdown' });
  await change('PATCH', id, { content: 'three' });
  await change('PATCH', id, { content: 'three' });
  const { status, body } = await revisionsOf(id);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body), ['revisions', 'next']);
  assert.equal(body.next, null);
  const [newest] = body.revisions;
  assert.deepEqual(Object.keys(newest ?? {}), [
    'id',
    'created_at',
    'user_id',
    'title',
    'content',
    'format',
    'published',
  ]);
  assert.match(newest?.created_at ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  assert.deepEqual(
    body.revisions.map((one) => [one.title, one.content.slice(0, 5), one.format, one.published]),
    [
      ['Second', 'three', 'markdown', true],
      ['Second', 'two', 'markdown', true],
      ['First', body.revisions[2]?.content.slice(0, 5), 'text', true],
    ],
  );
  assert.ok(body.revisions.every((one) => one.user_id === ann.id));
});

test('pages lead through all revisions, also where texts are long', async () => {
  const { id } = await client.post(ann.token, 'Long');
  const texts = Array.from({ length: 5 }, (_, n) => `${n}`.repeat(400_000));
  for (const content of texts) await change('PATCH', id, { content });
  const found: string[] = [];
  let pages = 0;
  for (let query = '?limit=4'; ; pages++) {
    const { body } = await revisionsOf(id, query);
    assert.ok(JSON.stringify(body).length < 1_100_000);
    found.push(...body.revisions.map(({ content }) => content));
    if (body.next === null) break;
    query = `?limit=4&cursor=${body.next}`;
  }
  assert.deepEqual(found.slice(0, 5), texts.toReversed());
  assert.equal(found.length, 6);
  assert.ok(pages > 1);
});

test('one text that is longer than a page is a page of its own', async () => {
  const { id } = await client.post(ann.token, 'Longer');
  await change('PATCH', id, { content: 'x'.repeat(2_000_000) });
  const { body } = await revisionsOf(id);
  assert.equal(body.revisions.length, 1);
  assert.equal((await revisionsOf(id, `?cursor=${body.next}`)).body.revisions.length, 1);
});

test('it is refused in the order of the contract', async () => {
  const { id } = await client.post(ann.token, 'Mine');
  const get = async (path: string, token = '') => {
    const { status, body } = await client.api('GET', path, token === '' ? {} : { token });
    return [status, body['detail']];
  };
  const path = `/api/posts/${id}/revisions`;
  assert.deepEqual(await get('/api/posts/x/revisions?limit=0'), [401, 'Not authenticated']);
  const [status, errors] = await get('/api/posts/x/revisions?limit=0&cursor=-', bob.token);
  assert.equal(status, 422);
  assert.deepEqual(
    (errors as { loc: string[] }[]).map(({ loc }) => loc.join('.')),
    ['path.post_id', 'query.cursor', 'query.limit'],
  );
  assert.deepEqual(await get('/api/posts/999999/revisions', bob.token), [404, 'Post not found']);
  const refused = 'Not authorized to see the revisions of this post';
  assert.deepEqual(await get(path, bob.token), [403, refused]);
});

test('a post takes its revisions along, and so does an account', async () => {
  const count = async () =>
    (await db.selectFrom('revisions').select('id').execute()).map(({ id }) => id);
  const before = await count();
  const cat = await client.person('Cat');
  const { id } = await client.post(cat.token, 'One');
  await client.post(cat.token, 'Two');
  await client.api('DELETE', `/api/posts/${id}`, { token: cat.token });
  assert.equal((await count()).length, before.length + 1);
  await client.api('DELETE', `/api/users/${cat.id}`, { token: cat.token });
  assert.deepEqual(await count(), before);
});

test('somebody who keeps sending texts of 8 MiB fills no more than their place', async () => {
  const { id } = await client.post(ann.token, 'Huge');
  for (let n = 0; n < 5; n++) await change('PATCH', id, { content: `${n}`.repeat(8_000_000) });
  const rows = await db
    .selectFrom('revisions')
    .select('content')
    .where('post_id', '=', id)
    .execute();
  const bytes = rows.reduce((sum, { content }) => sum + content.length, 0);
  assert.ok(bytes <= 20 * 1024 * 1024);
  assert.deepEqual(
    rows.map(({ content }) => content[0]),
    ['3', '4'],
  );
});
