import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { createClient, type Answer, type Sent } from '../support/client.ts';
import { MULTIPART } from '../support/multipart.ts';
import { head, openRaw, rawRequest } from '../support/servers/raw.ts';
import { nameOf, startWithRoutes } from './routes.ts';

const server = await startWithRoutes({ LOG_LEVEL: 'silent' });
after(() => server.stop());
const client = createClient(server.url);
const ann = await client.person('Ann');

/** What no answer may contain: files and lines, queries, libraries and their versions. */
const INTERNALS =
  /\bat \S+ \(|node:|node_modules|\.ts\b|\/work\/|\/tmp\/|select "|sqlite|kysely|fastify|FST_|ERR_|errno|stack"/i;

function assertPlain(answer: Answer, what: string): void {
  assert.doesNotMatch(answer.text, INTERNALS, what);
  const header = (name: string) => answer.headers.get(name) ?? '';
  assert.match(
    header('content-security-policy'),
    /default-src 'none'.*frame-ancestors 'none'/,
    what,
  );
  assert.equal(header('x-content-type-options'), 'nosniff', what);
  assert.match(header('referrer-policy'), /^(?:same-origin|no-referrer)$/, what);
  assert.match(header('cache-control'), /no-store/, what);
  for (const name of ['server', 'x-powered-by', 'set-cookie', 'access-control-allow-origin']) {
    assert.equal(answer.headers.get(name), null, `${what}: ${name}`);
  }
}

test('every kind of error tells the client enough, and nothing about the inside', async () => {
  const { token } = ann;
  const cases: [number, string, string, Sent][] = [
    [400, 'POST', '/api/users', { json: { ...ann, email: 'x@example.com' } }],
    [401, 'GET', '/api/users/me', {}],
    [401, 'GET', '/api/users/me', { token: 'x.y.z' }],
    [403, 'DELETE', '/api/users/999999', { token }],
    [404, 'GET', '/api/nothing', {}],
    [404, 'GET', '/nothing', {}],
    [404, 'GET', '/static/nothing.js', {}],
    [404, 'GET', '/media/profile_pics/nothing.jpg', {}],
    [405, 'DELETE', '/', {}],
    [405, 'DELETE', '/api/posts', {}],
    [413, 'POST', '/api/posts', { token, body: 'x'.repeat(9 * 1024 * 1024) }],
    [415, 'POST', '/api/posts', { token, body: 'x', headers: { 'content-encoding': 'gzip' } }],
    [422, 'POST', '/api/posts', { token, body: '{"title":' }],
    [422, 'POST', '/api/posts', { token, json: { title: 5, __proto__: { x: 1 } } }],
    [422, 'GET', '/api/posts?limit=x', {}],
    [422, 'GET', '/posts?skip=-1', {}],
    [422, 'GET', '/posts/x', {}],
    [422, 'PATCH', `/api/users/${ann.id}/picture`, { token, headers: MULTIPART, body: 'x' }],
    [403, 'POST', '/logout', { headers: { origin: 'https://evil.example' } }],
  ];
  for (const [status, method, path, sent] of cases) {
    const answer = await client.api<unknown>(method, path, sent);
    const what = `${method} ${path}: ${answer.status} ${answer.text.slice(0, 200)}`;
    if (path.includes('picture')) assert.ok(answer.status >= 400 && answer.status < 500, what);
    else assert.equal(answer.status, status, what);
    assertPlain(answer, what);
  }
});

test('internal errors reveal nothing', async () => {
  const broken = await startWithRoutes({ LOG_LEVEL: 'silent' });
  try {
    const other = createClient(broken.url);
    const { token, id, email, password } = await other.person();
    // Without the table, each query of posts fails; others refer to it.
    await sql`pragma foreign_keys = off`.execute(broken.context.db);
    await broken.context.db.schema.dropTable('posts').execute();
    const json = { title: 'A title', content: 'x' };
    for (const [method, path, sent] of [
      ['GET', '/', {}],
      ['GET', '/posts/1', {}],
      ['GET', '/api/posts', {}],
      ['GET', `/api/users/${id}/posts`, {}],
      ['POST', '/api/posts', { token, json }],
      ['DELETE', '/api/posts/1', { token }],
    ] as const) {
      const answer = await other.api<unknown>(method, path, sent);
      assert.equal(answer.status, 500, path);
      assertPlain(answer, path);
      const api = path.startsWith('/api');
      if (api) assert.equal(answer.text, '{"detail":"Internal Server Error"}', path);
      else assert.match(answer.text, /Oops\.\.\. 500 Error/);
    }
    // Access stays denied then, too.
    await broken.context.db.schema.dropTable('sessions').execute();
    const cookie = `session=${'a'.repeat(43)}`;
    const page = await other.api<unknown>('GET', '/account', { headers: { cookie } });
    assert.equal(page.status, 500);
    assertPlain(page, '/account');
    await broken.context.db.schema.dropTable('users').execute();
    for (const answer of [
      await other.api<unknown>('GET', '/api/users/me', { token }),
      await other.login(email, password),
    ]) {
      assert.equal(answer.status, 500);
      assertPlain(answer, answer.text);
    }
  } finally {
    await broken.stop();
  }
});

test('methods that no route has do nothing on any of them', async () => {
  const paths = new Set(server.routes.map(({ url }) => url.replace(/:\w+|\*$/, '1')));
  const secret = 'a-cookie-nobody-may-echo';
  const methods = [
    'TRACE',
    'OPTIONS',
    'PROPFIND',
    'COPY',
    'MOVE',
    'MKCOL',
    'LOCK',
    'PURGE',
    'LINK',
  ];
  for (const path of paths) {
    for (const method of path === '/' || path === '/api/posts' ? methods : methods.slice(0, 2)) {
      const headers = { Cookie: `session=${secret}`, Origin: 'https://evil.example' };
      const preflight = { 'Access-Control-Request-Method': 'PATCH', 'X-Secret': secret };
      const request = head(`${method} ${path}`, { ...headers, ...preflight });
      const answer = await rawRequest(server.url, request);
      const what = `${method} ${path}: ${answer.status}`;
      assert.ok(answer.status >= 400 && answer.status < 500, what);
      assert.ok(!answer.body.includes(secret), what);
      for (const name of Object.keys(answer.headers)) assert.doesNotMatch(name, /^access-control/);
    }
  }
  const override = {
    'X-HTTP-Method-Override': 'DELETE',
    'X-HTTP-Method': 'DELETE',
    'X-Method': 'PUT',
  };
  const read = await client.api('GET', `/api/users/${ann.id}?_method=DELETE`, {
    headers: override,
  });
  assert.deepEqual([read.status, read.body['id']], [200, ann.id]);
});

test('it does not work as a proxy', async () => {
  for (const line of ['CONNECT evil.example:443', 'CONNECT 127.0.0.1:22', 'CONNECT localhost']) {
    const connection = openRaw(server.url);
    await connection.write(head(line));
    const answer = await connection.answer.catch(() => undefined);
    assert.ok(answer === undefined || answer.status >= 400, line);
    connection.destroy();
  }
  const absolute = await rawRequest(server.url, head('GET http://evil.example/api/posts'));
  assert.ok([200, 400, 404].includes(absolute.status));
  if (absolute.status === 200) assert.match(absolute.body, /^\{"posts":/);
  assert.equal((await client.api('GET', '/health')).status, 200);
});

test('a field sent twice is one field, and the kind of a field is checked', async () => {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = `username=${ann.email}&password=wrong&password=${ann.password}&username=`;
  const twice = await client.api('POST', '/api/users/token', { body, headers: type });
  assert.ok([401, 422].includes(twice.status), 'an empty last value is none');
  for (const json of [[], 'text', 5, null, true, { email: {} }, { email: ['a@example.com'] }]) {
    const answer = await client.api('POST', '/api/users/forgot-password', { json });
    assert.equal(answer.status, 422, JSON.stringify(json));
  }
  const polluted = '{"__proto__":{"email":"a@example.com","admin":true},"constructor":{"x":1}}';
  const answer = await client.api('POST', '/api/users/forgot-password', { body: polluted });
  assert.equal(answer.status, 422);
  assert.equal(({} as { admin?: boolean }).admin, undefined);
  assert.ok(server.routes.map(nameOf).includes('POST /api/users/forgot-password'));
});
