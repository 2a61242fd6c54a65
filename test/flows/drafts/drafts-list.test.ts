import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { assertError, assertUnauthorized, type Page } from '../../support/client.ts';
import { type Draft, ifMatch, newDraft } from '../../support/drafts.ts';

interface List {
  drafts: Draft[];
  total: number;
  skip: number;
  limit: number;
  has_more: boolean;
}

const { client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const { token } = ann;

const read = (id: number) => client.api<Draft>('GET', `/api/drafts/${id}`, { token });
const postsTotal = async () => (await client.api<Page>('GET', '/api/posts')).body.total;

test('a draft of a post needs a post of one’s own', async () => {
  const post = await client.post(token);
  for (const id of [999_999, 0, -1, 2 ** 60]) {
    const json = { post_id: id };
    assertError(await client.api('POST', '/api/drafts', { token, json }), 404, 'Post not found');
  }
  const json = { post_id: post.id };
  const other = await client.api('POST', '/api/drafts', { token: bob.token, json });
  assertError(other, 403, 'Not authorized to update this post');
});

test('a draft is in no list, count or page, and its post’s deletion leaves it as a new one', async () => {
  const post = await client.post(token, 'Goes', 'away');
  const before = await postsTotal();
  const draft = await newDraft(client, token, { post_id: post.id, title: 'Stays' });
  await newDraft(client, token, { title: 'Unseen draft' });
  assert.equal(await postsTotal(), before);
  assert.doesNotMatch((await client.api('GET', '/api/posts?limit=100')).text, /Unseen draft/);
  await client.api('DELETE', `/api/posts/${post.id}`, { token });
  const left = (await read(draft.id)).body;
  assert.deepEqual(left, { ...draft, post_id: null, base_revision: null });
  const published = await client.api('POST', `/api/drafts/${draft.id}/publish`, { token });
  assert.equal(published.status, 201);
});

test('drafts come last saved first, and page by page', async () => {
  const carla = await client.person('Carla');
  const mine = { token: carla.token };
  const [first, second, third] = [
    await newDraft(client, carla.token, { title: '1' }),
    await newDraft(client, carla.token, { title: '2' }),
    await newDraft(client, carla.token, { title: '3' }),
  ];
  await client.api('PATCH', `/api/drafts/${first.id}`, {
    ...mine,
    json: { title: '1 again' },
    headers: ifMatch(first),
  });
  const page = await client.api<List>('GET', '/api/drafts?limit=2', mine);
  assert.deepEqual(Object.keys(page.body), ['drafts', 'total', 'skip', 'limit', 'has_more']);
  const { drafts, ...numbers } = page.body;
  assert.deepEqual(
    drafts.map(({ id }) => id),
    [first.id, third.id],
  );
  assert.deepEqual(numbers, { total: 3, skip: 0, limit: 2, has_more: true });
  const rest = (await client.api<List>('GET', '/api/drafts?skip=2', mine)).body;
  assert.deepEqual(
    [rest.drafts.map(({ id }) => id), rest.has_more, rest.limit],
    [[second.id], false, 10],
  );
  for (const query of ['limit=0', 'limit=101', 'skip=-1', 'skip=x']) {
    assert.equal((await client.api('GET', `/api/drafts?${query}`, mine)).status, 422, query);
  }
});

test('very long drafts come on several pages, and each comes', async () => {
  const emma = await client.person('Emma');
  const mine = { token: emma.token };
  const content = 'x'.repeat(3 * 1024 * 1024);
  for (const title of ['1', '2', '3', '4']) await newDraft(client, emma.token, { title, content });
  const titles: string[] = [];
  for (let more = true; more;) {
    const { body } = await client.api<List>('GET', `/api/drafts?skip=${titles.length}`, mine);
    assert.equal(body.drafts.length, 2);
    titles.push(...body.drafts.map(({ title }) => title));
    more = body.has_more;
  }
  assert.deepEqual(titles, ['4', '3', '2', '1']);
});

test('a draft can be deleted once', async () => {
  const draft = await newDraft(client, token);
  const path = `/api/drafts/${draft.id}`;
  const deleted = await client.api('DELETE', path, { token });
  assert.deepEqual([deleted.status, deleted.text], [204, '']);
  assertError(await client.api('DELETE', path, { token }), 404, 'Draft not found');
});

test('without a token it is 401, and for somebody else’s draft 404', async () => {
  const draft = await newDraft(client, token, { title: 'Ann’s' });
  const path = `/api/drafts/${draft.id}`;
  for (const [method, url, json] of [
    ['GET', path, undefined],
    ['PUT', path, { title: 'x', content: 'x' }],
    ['PATCH', path, { title: 'x' }],
    ['DELETE', path, undefined],
    ['POST', `${path}/publish`, undefined],
  ] as const) {
    assertUnauthorized(await client.api(method, url, { json }), 'Not authenticated');
    // Nothing is told by another status than that of a draft that does not exist.
    for (const headers of [{}, { 'if-match': '"1"' }]) {
      const other = await client.api(method, url, { token: bob.token, json, headers });
      assertError(other, 404, 'Draft not found');
    }
    const missing = url.replace(String(draft.id), '999999');
    assertError(await client.api(method, missing, { token, json }), 404, 'Draft not found');
    const malformed = url.replace(String(draft.id), 'x');
    assert.equal((await client.api(method, malformed, { token, json })).status, 422);
  }
  assertUnauthorized(await client.api('GET', '/api/drafts'), 'Not authenticated');
  assertUnauthorized(await client.api('POST', '/api/drafts', { json: {} }), 'Not authenticated');
  assert.deepEqual((await read(draft.id)).body, draft);
});
