import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import type { Answer, Page } from '../../support/client.ts';
import { newDraft } from '../../support/drafts.ts';

const { client, server } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const { token } = ann;

const write = async (tags: unknown, more: object = {}) => {
  const json = { title: 'A title', content: 'Some text', tags, ...more };
  return client.api<{ id: number; detail: { type: string; loc: unknown[]; ctx?: object }[] }>(
    'POST',
    '/api/posts',
    { token, json },
  );
};
const written = async (tags: unknown, more: object = {}) => {
  const { status, body, text } = await write(tags, more);
  assert.equal(status, 201, text);
  return body.id;
};
interface Details {
  tags: string[];
  slug: string;
  minutes: number;
  pinned: boolean;
  edited_at: string | null;
  pictures: unknown[];
}
const details = async (id: number) =>
  (await client.api<Details>('GET', `/api/posts/${id}/details`)).body;
const tagsOf = async (id: number) => (await details(id)).tags;
const list = async (as?: string) => {
  const { body } = await client.api<{ tags: { name: string; posts: number }[] }>(
    'GET',
    '/api/tags',
    as === undefined ? {} : { token: as },
  );
  return Object.fromEntries(body.tags.map(({ name, posts }) => [name, posts]));
};
const change = async (method: 'PUT' | 'PATCH', id: number, json: object) => {
  const answer = await client.api(method, `/api/posts/${id}`, { token, json });
  assert.equal(answer.status, 200, answer.text);
};
const tagged = async (tag: string, query = '', as?: string) =>
  client.api<Page>(
    'GET',
    `/api/posts?tag=${encodeURIComponent(tag)}${query}`,
    as === undefined ? {} : { token: as },
  );

test('tags are kept in their order, each once, as they were first written', async () => {
  const first = await written(['Soup', ' Pea  soup ', 'SOUP', 'C++', '🎈', 'スープ', '.net']);
  assert.deepEqual(await tagsOf(first), ['Soup', 'Pea soup', 'C++', '🎈', 'スープ', '.net']);
  const second = await written(['c++', 'ＳＯＵＰ']);
  assert.deepEqual(await tagsOf(second), ['C++', 'Soup']);
  const counts = await list();
  assert.deepEqual([counts['Soup'], counts['C++'], counts['Pea soup']], [2, 2, 1]);
});

test('details say what is known of a post', async () => {
  const id = await written(['Soup'], { title: 'A Soup Rota' });
  const answer = await details(id);
  assert.deepEqual(Object.keys(answer), [
    'tags',
    'slug',
    'minutes',
    'pinned',
    'edited_at',
    'pictures',
  ]);
  assert.deepEqual(
    { ...answer },
    {
      tags: ['Soup'],
      slug: 'a-soup-rota',
      minutes: 1,
      pinned: false,
      edited_at: null,
      pictures: [],
    },
  );
  await change('PATCH', id, { title: 'Another' });
  assert.match((await details(id)).edited_at ?? '', /^\d{4}-.*Z$/);
  assert.equal((await client.api('GET', '/api/posts/999999/details')).status, 404);
});

test('tags are unchanged if they are left out or null, and an empty list takes them away', async () => {
  const id = await written(['one', 'two']);
  const whole = { title: 'Whole', content: 'Text' };
  for (const json of [whole, { ...whole, tags: null }]) {
    await change('PUT', id, json);
    assert.deepEqual(await tagsOf(id), ['one', 'two']);
  }
  await change('PATCH', id, { title: 'New title' });
  assert.deepEqual(await tagsOf(id), ['one', 'two']);
  await change('PATCH', id, { tags: ['two', 'three'] });
  assert.deepEqual(await tagsOf(id), ['two', 'three']);
  await change('PUT', id, { ...whole, tags: [] });
  assert.deepEqual(await tagsOf(id), []);
  const counts = await list();
  assert.deepEqual(
    ['one', 'two', 'three'].map((name) => counts[name]),
    [undefined, undefined, undefined],
  );
});

test('a change of tags is a change of the post, and its revisions keep them', async () => {
  const id = await written(['kept']);
  await change('PATCH', id, { tags: ['KEPT'] });
  assert.equal((await details(id)).edited_at, null, 'the same tag');
  await change('PATCH', id, { tags: ['changed'] });
  assert.notEqual((await details(id)).edited_at, null);
  const rows = await server.context.db
    .selectFrom('revisions')
    .select('tags')
    .where('post_id', '=', id)
    .orderBy('id')
    .execute();
  assert.deepEqual(
    rows.map((row) => row.tags),
    ['["kept"]', '["changed"]'],
  );
});

const many = (n: number) => Array.from({ length: n }, (_, i) => `tag ${i}`);
const REFUSED: [string, unknown, string, unknown[]][] = [
  ['eleven tags', many(11), 'too_long', ['body', 'tags']],
  ['31 characters', ['x'.repeat(31)], 'string_too_long', ['body', 'tags', 0]],
  ['an empty one', ['a', ''], 'string_too_short', ['body', 'tags', 1]],
  ['a dot', ['.'], 'value_error', ['body', 'tags', 0]],
  ['two dots', ['..'], 'value_error', ['body', 'tags', 0]],
  ['a slash', ['a/b'], 'value_error', ['body', 'tags', 0]],
  ['a wide slash', ['a／b'], 'value_error', ['body', 'tags', 0]],
  ['a control character', ['a\nb'], 'value_error', ['body', 'tags', 0]],
  ['U+0000', ['a\0b'], 'string_unicode', ['body', 'tags', 0]],
  ['a number', [7], 'string_type', ['body', 'tags', 0]],
  ['a text', 'soup', 'list_type', ['body', 'tags']],
];
for (const [what, tags, type, loc] of REFUSED) {
  test(`${what}: 422, and no post`, async () => {
    const before = (await client.api<Page>('GET', '/api/posts')).body.total;
    const { status, body } = await write(tags);
    assert.equal(status, 422);
    assert.deepEqual([body.detail[0]?.type, body.detail[0]?.loc], [type, loc]);
    assert.equal((await client.api<Page>('GET', '/api/posts')).body.total, before);
  });
}

test('ten tags of 30 characters are taken', async () => {
  const balloons = ['🎈'.repeat(30), ...many(9)];
  assert.deepEqual(await tagsOf(await written(balloons)), balloons);
});

test('posts are listed by a tag, newest first, by skip and by cursor', async () => {
  const ids: number[] = [];
  for (let n = 0; n < 7; n++) ids.push(await written(['Listed', `n${n}`]));
  await written(['another']);
  const newest = ids.toReversed();
  const seen: number[] = [];
  let path: string | undefined = '/api/posts?tag=lISTED&limit=3';
  while (path !== undefined) {
    const { body, headers }: Answer<Page> = await client.api<Page>('GET', path);
    assert.deepEqual(Object.keys(body), ['posts', 'total', 'skip', 'limit', 'has_more']);
    assert.equal(body.total, 7);
    const skipped = await tagged('listed', `&limit=3&skip=${body.skip}`);
    assert.deepEqual(skipped.body, body);
    seen.push(...body.posts.map(({ id }) => id));
    path = /<([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
  }
  assert.deepEqual(seen, newest);
  for (const unknown of ['no such tag', '', '..', 'x'.repeat(600)]) {
    const { status, body } = await tagged(unknown);
    assert.equal(status, 200);
    assert.deepEqual([body.posts, body.total, body.has_more], [[], 0, false]);
  }
});

test('what somebody may not read is neither listed nor counted by its tags', async () => {
  await written(['Mixed']);
  const secret = await written(['Mixed', 'Only members'], { audience: 'members' });
  assert.equal((await list())['Mixed'], 1);
  assert.equal((await list())['Only members'], undefined);
  assert.deepEqual(
    [(await list(bob.token))['Mixed'], (await list(bob.token))['Only members']],
    [2, 1],
  );
  assert.equal((await tagged('mixed')).body.total, 1);
  assert.deepEqual((await tagged('only members')).body, (await tagged('no such')).body);
  assert.equal((await tagged('mixed', '', bob.token)).body.total, 2);
  assert.equal((await client.api('GET', `/api/posts/${secret}/details`)).status, 404);

  await change('PATCH', secret, { audience: 'everyone' });
  assert.equal((await list())['Only members'], 1);
  await change('PATCH', secret, { audience: 'members' });
  assert.equal((await list())['Only members'], undefined);
  await client.api('DELETE', `/api/posts/${secret}`, { token });
  assert.equal((await list(bob.token))['Only members'], undefined);
});

test('a draft keeps its tags, even those that no post may have, until it is published', async () => {
  const draft = await newDraft(client, token, {
    title: 'A title',
    content: 'Some text',
    tags: ['Drafted', 'a/b'],
  });
  assert.deepEqual(draft.tags, ['Drafted', 'a/b']);
  assert.equal((await list())['Drafted'], undefined);
  const path = `/api/drafts/${draft.id}`;
  const refused = await client.api<{ detail: { loc: unknown[] }[] }>('POST', `${path}/publish`, {
    token,
  });
  assert.equal(refused.status, 422);
  assert.deepEqual(refused.body.detail[0]?.loc, ['body', 'tags', 1]);
  const headers = { 'if-match': '"1"' };
  await client.api('PATCH', path, { token, headers, json: { tags: ['Drafted'] } });
  const made = await client.api<{ id: number }>('POST', `${path}/publish`, { token });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(await tagsOf(made.body.id), ['Drafted']);

  const next = await newDraft(client, token, { post_id: made.body.id });
  assert.deepEqual(next.tags, ['Drafted'], 'it begins with those of the post');
  const published = await client.api('POST', `/api/drafts/${next.id}/publish`, { token });
  assert.equal(published.status, 200);
  assert.deepEqual(await tagsOf(made.body.id), ['Drafted']);
});

test('two who write the same new tags at once share them', async () => {
  const names = ['once', 'twice', 'thrice'];
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, n) => write(n % 2 ? names : names.toReversed())),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  const counts = await list();
  assert.deepEqual(
    names.map((name) => counts[name]),
    [8, 8, 8],
  );
});
