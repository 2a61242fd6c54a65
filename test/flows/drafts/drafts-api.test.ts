import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { assertError, assertUnauthorized, type Page, type Post } from '../../support/client.ts';
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
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const read = (id: number) => client.api<Draft>('GET', `/api/drafts/${id}`, { token });
const postsTotal = async () => (await client.api<Page>('GET', '/api/posts')).body.total;

test('a draft may be empty, and has every field in its order', async () => {
  const answer = await client.api<Draft>('POST', '/api/drafts', { token, json: {} });
  assert.equal(answer.status, 201);
  assert.equal(answer.headers.get('etag'), '"1"');
  const { id, updated_at } = answer.body;
  assert.match(updated_at, ISO);
  const expected = { id, post_id: null, title: '', content: '', format: 'text', tags: [] };
  const rest = { audience: 'blog', version: 1, base_revision: null, publish_at: null, updated_at };
  assert.equal(answer.text, JSON.stringify({ ...expected, ...rest }));
  const again = await read(id);
  assert.deepEqual([again.status, again.text], [200, answer.text]);
  assert.equal(again.headers.get('etag'), '"1"');
});

test('a save names the version it began from, and a stale one changes nothing', async () => {
  const draft = await newDraft(client, token, { title: 'One', content: 'x' });
  const path = `/api/drafts/${draft.id}`;
  const none = await client.api('PATCH', path, { token, json: { title: 'Two' } });
  assert.equal(none.status, 428);
  assert.match(none.text, /If-Match is required/);
  const saved = await client.api<Draft>('PATCH', path, {
    token,
    json: { title: 'Two', tags: ['a', 'b'], audience: 'members', format: 'markdown' },
    headers: ifMatch(draft),
  });
  assert.equal(saved.status, 200);
  assert.equal(saved.headers.get('etag'), '"2"');
  const { version, title, content, tags, audience, format } = saved.body;
  assert.deepEqual(
    { version, title, content, tags, audience, format },
    {
      version: 2,
      title: 'Two',
      content: 'x',
      tags: ['a', 'b'],
      audience: 'members',
      format: 'markdown',
    },
  );
  for (const [method, json] of [
    ['PATCH', { title: 'Stale' }],
    ['PUT', { title: 'Stale', content: 'stale' }],
  ] as const) {
    for (const tag of ['"1"', 'W/"1"', '"x"', '2', '"1", "3"']) {
      const stale = await client.api<{ detail: string; current: Draft }>(method, path, {
        token,
        json,
        headers: { 'if-match': tag },
      });
      assert.equal(stale.status, 412, tag);
      assert.deepEqual(Object.keys(stale.body), ['detail', 'current']);
      assert.deepEqual(stale.body.current, saved.body);
      assert.equal(stale.headers.get('etag'), '"2"');
    }
  }
  assert.deepEqual((await read(draft.id)).body, saved.body);
  for (const [tag, title] of [
    ['W/"2"', 'Three'],
    ['"7", "3"', 'Four'],
    ['*', 'Five'],
  ] as const) {
    const json = { title, content: 'whole' };
    const answer = await client.api<Draft>('PUT', path, {
      token,
      json,
      headers: { 'if-match': tag },
    });
    assert.deepEqual([answer.status, answer.body.title], [200, title]);
  }
});

test('a save that changes nothing keeps the version', async () => {
  const draft = await newDraft(client, token, { title: 'Same', content: 'x' });
  const json = { title: 'Same', content: null };
  const path = `/api/drafts/${draft.id}`;
  const same = await client.api<Draft>('PATCH', path, { token, json, headers: ifMatch(draft) });
  assert.deepEqual(same.body, draft);
});

test('of many saves of one version, one is taken', async () => {
  const draft = await newDraft(client, token, { title: 'Start' });
  const answers = await Promise.all(
    [1, 2, 3, 4, 5, 6].map((n) =>
      client.api<Draft>('PATCH', `/api/drafts/${draft.id}`, {
        token,
        json: { content: `by ${n}` },
        headers: ifMatch(draft),
      }),
    ),
  );
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  assert.deepEqual(statuses, [200, 412, 412, 412, 412, 412]);
  const winner = answers.find(({ status }) => status === 200);
  assert.deepEqual((await read(draft.id)).body, winner?.body);
});

test('a draft of a post begins with its text, and a post has one of each person', async () => {
  const post = await client.post(token, 'Published', 'as it is');
  const draft = await newDraft(client, token, { post_id: post.id });
  assert.deepEqual([draft.post_id, draft.title, draft.content], [post.id, 'Published', 'as it is']);
  assert.equal(typeof draft.base_revision, 'number');
  const again = await client.api<{ detail: string; current: Draft }>('POST', '/api/drafts', {
    token,
    json: { post_id: post.id, title: 'Another' },
  });
  assert.equal(again.status, 409);
  assert.deepEqual(again.body.current, draft);
  const both = await Promise.all(
    [1, 2, 3].map(() => client.api('POST', '/api/drafts', { token, json: { post_id: post.id } })),
  );
  assert.deepEqual(new Set(both.map(({ status }) => status)), new Set([409]));
});

test('of several first drafts of a post at once, one is made', async () => {
  const post = await client.post(token);
  const made = await Promise.all(
    [1, 2, 3, 4].map(() =>
      client.api('POST', '/api/drafts', { token, json: { post_id: post.id } }),
    ),
  );
  assert.deepEqual(
    made.map(({ status }) => status).toSorted((a, b) => a - b),
    [201, 409, 409, 409],
  );
});

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

test('publishing makes a post once, and the draft is gone', async () => {
  const draft = await newDraft(client, token, { title: 'Out', content: 'now', format: 'markdown' });
  const before = await postsTotal();
  const path = `/api/drafts/${draft.id}/publish`;
  const answers = await Promise.all([1, 2, 3].map(() => client.api<Post>('POST', path, { token })));
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(made.length, 1);
  for (const { status, text } of answers) {
    if (status !== 201) assert.deepEqual([status, text], [404, '{"detail":"Draft not found"}']);
  }
  const post = made[0]?.body;
  assert.deepEqual(Object.keys(post ?? {}), [
    'title',
    'content',
    'id',
    'user_id',
    'date_posted',
    'author',
  ]);
  assert.deepEqual([post?.title, post?.content], ['Out', 'now']);
  assert.equal(await postsTotal(), before + 1);
  assert.equal((await read(draft.id)).status, 404);
  const rendered = await client.api('GET', `/api/posts/${post?.id}/rendered`);
  assert.equal(rendered.body['format'], 'markdown');
});

test('publishing a draft of a post changes the post, and answers 200', async () => {
  const post = await client.post(token, 'Old', 'old');
  const draft = await newDraft(client, token, { post_id: post.id, title: 'New' });
  const stale = await client.api('POST', `/api/drafts/${draft.id}/publish`, {
    token,
    headers: { 'if-match': '"9"' },
  });
  assert.equal(stale.status, 412);
  const path = `/api/drafts/${draft.id}/publish`;
  const answer = await client.api<Post>('POST', path, { token, headers: ifMatch(draft) });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, { ...post, title: 'New' });
  assert.equal((await read(draft.id)).status, 404);
});

test('publishing what the post says already only removes the draft', async () => {
  const post = await client.post(token, 'Same', 'same');
  const draft = await newDraft(client, token, { post_id: post.id });
  const answer = await client.api<Post>('POST', `/api/drafts/${draft.id}/publish`, { token });
  assert.deepEqual([answer.status, answer.body], [200, post]);
  assert.equal((await read(draft.id)).status, 404);
});

test('a post that changed since its draft began is not replaced', async () => {
  const post = await client.post(token, 'Old', 'old');
  const draft = await newDraft(client, token, { post_id: post.id, title: 'Mine' });
  const json = { content: 'by the API' };
  await client.api('PATCH', `/api/posts/${post.id}`, { token, json });
  const refused = await client.api<{ detail: string; current: Post }>(
    'POST',
    `/api/drafts/${draft.id}/publish`,
    { token },
  );
  assert.equal(refused.status, 409);
  assert.deepEqual(Object.keys(refused.body), ['detail', 'current']);
  assert.deepEqual(refused.body.current, { ...post, ...json });
  assert.deepEqual((await read(draft.id)).body, draft);
});

test('a draft that no post may be is refused and kept', async () => {
  const draft = await newDraft(client, token, { title: 't'.repeat(101) });
  const path = `/api/drafts/${draft.id}/publish`;
  const refused = await client.api<{ detail: { type: string; loc: string[] }[] }>('POST', path, {
    token,
  });
  assert.equal(refused.status, 422);
  assert.deepEqual(
    refused.body.detail.map(({ type, loc }) => [type, ...loc]),
    [
      ['string_too_long', 'body', 'title'],
      ['string_too_short', 'body', 'content'],
    ],
  );
  assert.deepEqual((await read(draft.id)).body, draft);
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

test('every field that is not valid is named, in the words of the API', async () => {
  const json = {
    post_id: '1',
    title: 't'.repeat(1001),
    content: 7,
    format: 'html',
    tags: ['fine', 3],
    audience: 'nobody',
    publish_at: '2026-02-30T10:00:00Z',
  };
  type Refusal = { detail: { type: string; loc: (string | number)[]; msg: string }[] };
  const refused = await client.api<Refusal>('POST', '/api/drafts', { token, json });
  assert.equal(refused.status, 422);
  assert.deepEqual(
    refused.body.detail.map(({ type, loc }) => [type, loc.slice(1).join('.')]),
    [
      ['int_type', 'post_id'],
      ['string_too_long', 'title'],
      ['string_type', 'content'],
      ['literal_error', 'format'],
      ['string_type', 'tags.1'],
      ['literal_error', 'audience'],
      ['datetime_parsing', 'publish_at'],
    ],
  );
  for (const [field, value, type] of [
    ['tags', 'a', 'list_type'],
    ['tags', [''], 'string_too_short'],
    ['title', 'a\0b', 'string_unicode'],
    ['content', '\ud800', 'string_unicode'],
    ['publish_at', 5, 'string_type'],
    ['publish_at', '2026-12-01T10:00:00', 'datetime_parsing'],
    ['post_id', 1.5, 'int_type'],
  ] as const) {
    const one = await client.api<Refusal>('POST', '/api/drafts', {
      token,
      json: { [field]: value },
    });
    assert.deepEqual([one.status, one.body.detail[0]?.type], [422, type], JSON.stringify(value));
  }
  const draft = await newDraft(client, token);
  const path = `/api/drafts/${draft.id}`;
  const empty = await client.api<Refusal>('PUT', path, {
    token,
    json: {},
    headers: ifMatch(draft),
  });
  assert.deepEqual(
    empty.body.detail.map(({ type, loc }) => [type, ...loc]),
    [
      ['missing', 'body', 'title'],
      ['missing', 'body', 'content'],
    ],
  );
});

test('the time of publishing can be set and taken back', async () => {
  const at = '2027-03-28T09:30:00+02:00';
  const draft = await newDraft(client, token, { title: 'Later', publish_at: at });
  assert.equal(draft.publish_at, '2027-03-28T07:30:00.000000Z');
  const path = `/api/drafts/${draft.id}`;
  const kept = await client.api<Draft>('PATCH', path, {
    token,
    json: { title: 'Still later' },
    headers: ifMatch(draft),
  });
  assert.equal(kept.body.publish_at, draft.publish_at);
  const cleared = await client.api<Draft>('PATCH', path, {
    token,
    json: { publish_at: null },
    headers: ifMatch(kept.body),
  });
  assert.deepEqual([cleared.body.publish_at, cleared.body.version], [null, 3]);
});

test('more than 200 drafts are refused, with the limit in the answer', async () => {
  const dora = await client.person('Dora');
  for (let made = 0; made < 195; made += 15) {
    await Promise.all(Array.from({ length: 15 }, () => newDraft(client, dora.token)));
  }
  const last = await Promise.all(
    Array.from({ length: 12 }, () =>
      client.api('POST', '/api/drafts', { token: dora.token, json: {} }),
    ),
  );
  const refused = last.filter(({ status }) => status !== 201);
  assert.equal(refused.length, 7, 'also when they come at once');
  for (const { status, text } of refused) {
    assert.equal(status, 400);
    assert.match(text, /You have 200 drafts/);
  }
  const { body } = await client.api<List>('GET', '/api/drafts', { token: dora.token });
  assert.equal(body.total, 200);
  await client.api('DELETE', `/api/drafts/${body.drafts[0]?.id}`, { token: dora.token });
  await newDraft(client, dora.token);
});
