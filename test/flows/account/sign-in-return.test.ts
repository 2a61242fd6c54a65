import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Person } from '../../support/client.ts';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, valuesOf } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');

const credentials = ({ email, password }: Person) => ({ username: email, password });

test('the login returns to the previous page, and never to another site', async () => {
  const visitor = createVisitor(server.url);
  const asked = await visitor.get('/posts/new');
  assert.deepEqual([asked.status, asked.location], [303, '/login?next=%2Fposts%2Fnew']);
  assert.equal(valuesOf(await visitor.follow(asked))['next'], '/posts/new');

  const within = [
    '/posts/new',
    '/users/1/posts?skip=10&limit=10',
    '/account',
    '/%2f%2fevil.example',
  ];
  for (const next of within) {
    const { location } = await visitor.post('/login', { ...credentials(ann), next });
    assert.equal(location, `${next}${next.includes('?') ? '&' : '?'}done=login`);
  }
  for (const next of [
    '',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https://evil.example/',
    'https:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/\r\n/evil.example',
    '\t//evil.example',
    ' //evil.example',
    '/..//evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/./\\evil.example',
    '@evil.example',
    '//localhost@evil.example',
    'http://localhost/',
  ]) {
    const { status, location } = await visitor.get(`/login?next=${encodeURIComponent(next)}`);
    assert.deepEqual([status, location], [303, '/'], JSON.stringify(next));
    const shown = await createVisitor(server.url).get(`/login?next=${encodeURIComponent(next)}`);
    assert.equal(valuesOf(shown)['next'], '/', JSON.stringify(next));
  }
  for (const next of [
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/x/..//evil.example',
  ]) {
    const { location } = await visitor.post('/login', { ...credentials(ann), next });
    assert.equal(location, '/?done=login', JSON.stringify(next));
  }
});

test('a line end in `next` does not start a header', async () => {
  const visitor = createVisitor(server.url);
  const next = '/x\r\nSet-Cookie: planted=1';
  const answer = await visitor.post('/login', { ...credentials(ann), next });
  assert.equal(answer.status, 303);
  assert.doesNotMatch(answer.headers.get('set-cookie') ?? '', /planted/);
  assert.match(answer.location, /^\/x/);
});
