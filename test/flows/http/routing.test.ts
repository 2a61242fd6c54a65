import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError } from '../../support/client.ts';
import { assertInvalid, notAnInteger } from '../../support/field-errors.ts';
import { head, rawRequest } from '../../support/servers/raw.ts';
import { openBlog } from '../../support/blog.ts';

const { server, client } = await openBlog();
const ann = await client.person();
const postId = (await client.post(ann.token)).id;

const ROUTES: [string, string[]][] = [
  ['/api/users', ['POST']],
  ['/api/users/1', ['GET', 'PATCH', 'DELETE']],
  ['/api/users/1/posts', ['GET']],
  ['/api/users/1/picture', ['PATCH', 'DELETE']],
  ['/api/users/me/password', ['PATCH']],
  ['/api/posts', ['GET', 'POST']],
  ['/api/posts/1', ['GET', 'PUT', 'PATCH', 'DELETE']],
];
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

for (const [path, methods] of ROUTES) {
  test(`${path}: other methods than ${methods.join(', ')} are not allowed`, async () => {
    for (const method of METHODS.filter((other) => !methods.includes(other))) {
      const answer = await client.api(method, path);
      assertError(answer, 405, 'Method Not Allowed');
      const allow = (answer.headers.get('allow') ?? '').split(/, */);
      const plain = allow.filter((name) => name !== 'HEAD' && name !== 'OPTIONS');
      assert.deepEqual(plain.toSorted(), methods.toSorted(), `${method} ${path}`);
      assert.equal(allow.includes('HEAD'), methods.includes('GET'));
    }
  });
}

test('a word instead of an id is an invalid id, with the methods of users', async () => {
  for (const word of ['token', 'forgot-password', 'reset-password']) {
    const answer = await client.api('GET', `/api/users/${word}`);
    assertInvalid(answer, [notAnInteger(['path', 'user_id'], word)]);
    const put = await client.api('PUT', `/api/users/${word}`);
    assertError(put, 405, 'Method Not Allowed');
    assert.match(put.headers.get('allow') ?? '', /\bPOST\b/);
  }
});

test('a wrong method is a 405, with any body or token', async () => {
  const sent = { token: 'garbage', body: '{', headers: { 'content-type': 'application/json' } };
  assertError(await client.api('PUT', '/api/users', sent), 405, 'Method Not Allowed');
  assertError(await client.api('PUT', '/api/posts', sent), 405, 'Method Not Allowed');
  const bytes = head('TRACE /api/posts');
  assert.ok([405, 501].includes((await rawRequest(server.url, bytes)).status));
});

test('an unknown path below /api is not found, by any method', async () => {
  const paths = [
    '/api/nothing',
    '/api/users/1/nothing',
    '/api/users/1/posts/1',
    '/api/posts/1/2',
    '/api/POSTS',
    '/api/users/1/picture/x',
    '/api/nothing/',
    `/api/${'x'.repeat(3000)}`,
  ];
  for (const path of paths) {
    for (const method of METHODS) {
      assertError(await client.api(method, path), 404, 'Not Found');
    }
  }
  const malformed = { body: '{', headers: { 'content-type': 'application/json' } };
  assertError(await client.api('POST', '/api/nothing', malformed), 404, 'Not Found');
});

test('HEAD answers as GET does, without the body', async () => {
  for (const path of [
    '/api/posts',
    `/api/posts/${postId}`,
    `/api/users/${ann.id}`,
    '/health',
    '/openapi.json',
    `/api/users/${ann.id}/posts`,
    '/api/users/999999',
    '/',
    '/login',
    '/api/posts?limit=0',
    '/api/users/me',
  ]) {
    const [get, answer] = [await client.api('GET', path), await client.api('HEAD', path)];
    assert.deepEqual([answer.status, answer.text], [get.status, ''], path);
    for (const name of ['content-type', 'content-length']) {
      assert.equal(answer.headers.get(name), get.headers.get(name), `${path} ${name}`);
    }
  }
  assert.equal((await client.api('HEAD', '/api/users')).status, 405);
});

test('a path with a trailing slash redirects to the one without, and keeps the query', async () => {
  const cases: [string, string, string][] = [
    ['GET', '/api/posts/?limit=5&skip=%31', '/api/posts?limit=5&skip=%31'],
    ['POST', '/api/posts/', '/api/posts'],
    ['POST', '/api/users/', '/api/users'],
    ['POST', '/api/users/token/', '/api/users/token'],
    ['GET', '/api/users/me/', '/api/users/me'],
    ['GET', '/api/users/1/', '/api/users/1'],
    ['GET', '/api/users/1/posts/?', '/api/users/1/posts'],
    ['PATCH', '/api/users/1/picture/', '/api/users/1/picture'],
    ['GET', '/health/', '/health'],
    ['GET', '/login/?next=%2Faccount', '/login?next=%2Faccount'],
    ['GET', '/posts/', '/posts'],
    ['HEAD', '/api/posts/', '/api/posts'],
  ];
  for (const [method, path, target] of cases) {
    const answer = await client.api(method, path);
    assert.equal(answer.status, 307, path);
    const location = new URL(answer.headers.get('location') ?? '', server.url + path);
    assert.equal(location.origin, server.url);
    assert.equal(location.pathname + location.search, target);
  }
});

test('a redirect keeps method and body, so a client that follows it gets through', async () => {
  const response = await fetch(`${server.url}/api/posts/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'a', content: 'b' }),
  });
  assert.equal(response.status, 201);
});

test('no path redirects to another host', async () => {
  const paths = [
    '//evil.example/',
    '//evil.example',
    '//evil.example/api/posts/',
    '///evil.example/',
    '/\\evil.example/',
    '/%2F/evil.example/',
    '/%5Cevil.example/',
    '//evil.example/%2e%2e/',
    '//api/posts/',
    '/.//evil.example/',
    '/api/..//evil.example/',
    'http://evil.example/api/posts/',
  ];
  for (const path of paths) {
    const answer = await rawRequest(server.url, head(`GET ${path}`));
    assert.ok(answer.status < 500, path);
    const location = answer.headers['location'];
    if (location === undefined) continue;
    const { hostname } = new URL(location, 'http://localhost/');
    assert.notEqual(hostname, 'evil.example', path);
    assert.ok(!path.startsWith('//'), `${path} redirects to ${location}`);
  }
});

test('odd paths are client errors in the API’s format', async () => {
  const paths = [
    '/api/users/%00',
    '/api/users/%',
    '/api/users/%zz',
    '/api/users/%ff',
    '/api/users/%C3%28',
    '/api/users/%2e%2e',
    '/api/users/%2F..%2F',
    '/api/posts/1%00',
    `/api/users/${'9'.repeat(3000)}`,
    `/api/users/${'a'.repeat(3000)}`,
    '/api//posts',
    '/api/posts//',
    '/api/posts;x=1',
    '/api/users/1?skip=%',
  ];
  for (const path of paths) {
    const answer = await rawRequest(server.url, head(`GET ${path}`));
    if (path.includes('?')) {
      assert.ok(answer.status < 500, path);
      continue;
    }
    if (answer.status === 307) continue;
    assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`);
    assert.ok('detail' in (JSON.parse(answer.body) as object), path);
  }
});

test('requests that are not HTTP are refused, and the server lives', async () => {
  const requests = [
    'nonsense\r\n\r\n',
    'GET /api/posts HTTP/9.9\r\n\r\n',
    head('GET /api/posts', { 'Content-Length': 'x' }),
    head('POST /api/posts', { 'Content-Length': 5, 'Transfer-Encoding': 'chunked' }) + '0\r\n\r\n',
    head('POST /api/posts', { 'Transfer-Encoding': 'chunked' }) + 'zz\r\n',
    head('GET /api/posts', { 'X-Long': 'x'.repeat(100_000) }),
    'GET /api/posts HTTP/1.1\r\n\r\n',
  ];
  for (const bytes of requests) {
    const answer = await rawRequest(server.url, bytes);
    assert.ok(
      answer.status >= 400 && answer.status < 500,
      `${bytes.slice(0, 60)}: ${answer.status}`,
    );
  }
  assert.equal((await client.api('GET', '/health')).status, 200);
});
