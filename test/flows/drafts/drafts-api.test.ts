import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
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
const { token } = ann;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;

const read = (id: number) => client.api<Draft>('GET', `/api/drafts/${id}`, { token });

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
