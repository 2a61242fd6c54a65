import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Post } from '../../support/client.ts';
import { assertInvalid, badJson, missing, notAnObject } from '../../support/field-errors.ts';
import { head, rawRequest } from '../../support/servers/raw.ts';
import { openBlog } from '../../support/blog.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

const { server, client } = await openBlog();
const ann = await client.person();

const create = (body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) =>
  client.api<Post>('POST', '/api/posts', { token: ann.token, body, headers });

describe('JSON that does not parse is told by the first character that cannot go on', () => {
  const cases: [string, number][] = [
    ['{', 1],
    ['}', 0],
    ['{"title"', 8],
    ['{"title" "x"}', 9],
    ['{"title":', 9],
    ['{"title":}', 9],
    ['{"title":"x"', 12],
    ['{"title":"x",}', 13],
    ['{"title":"x" "y"}', 13],
    ['{title:"x"}', 1],
    ["{'title':'x'}", 1],
    ['{}x', 2],
    ['{} {}', 3],
    ['[1 2]', 3],
    ['[1,]', 3],
    ['"cut short', 10],
    ['"\\', 2],
    ['"\\q"', 2],
    ['"\\u12', 5],
    ['"\\u12g4"', 5],
    ['"a\tb"', 2],
    ['"a\nb"', 2],
    ['nul', 3],
    ['nulL', 3],
    ['tru}', 3],
    ['NaN', 0],
    ['-', 1],
    ['-x', 1],
    ['01', 1],
    ['1.', 2],
    ['1.e5', 2],
    ['1e', 2],
    ['.5', 0],
    ['+1', 0],
    ['   ', 3],
    ['{"é":x', 5],
    ['{"日本語": "日本", }', 14],
    ['{"🙂":x', 5],
    ['hello', 0],
    ['/* c */ {}', 0],
    ['{"a":1}\0', 7],
  ];
  for (const [body, offset] of cases) {
    test(JSON.stringify(body), async () => {
      assertInvalid(await create(body), [badJson(offset)]);
    });
  }

  test('before anything is said about the token', async () => {
    for (const [method, path] of [
      ['POST', '/api/posts'],
      ['PUT', '/api/posts/abc'],
      ['PATCH', '/api/posts/1'],
      ['PATCH', '/api/users/1'],
      ['PATCH', '/api/users/me/password'],
    ] as const) {
      assertInvalid(await client.api(method, path, { body: '{"a"', headers: JSON_TYPE }), [
        badJson(4),
      ]);
    }
  });

  test('bytes that are not UTF-8 are a client error', async () => {
    for (const bytes of [[0xff, 0xfe, 0x7b], [0x22, 0xc3, 0x28, 0x22], [0x80]]) {
      const answer = await create(new Uint8Array(bytes));
      assert.ok(answer.status === 422 || answer.status === 400, String(answer.status));
      assert.ok('detail' in answer.body);
    }
  });
});

describe('content types', () => {
  const body = '{"title":"a","content":"b"}';

  test('JSON is read without one, with parameters, and under names that end in +json', async () => {
    for (const type of [
      undefined,
      'application/json',
      'Application/JSON; charset=utf-8',
      'application/vnd.api+json',
    ]) {
      const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
      const answer = await create(body, headers);
      assert.equal(answer.status, 201, String(type));
    }
  });

  test('with another one the body is a text, not an object', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      assertInvalid(await create(body, { 'content-type': type }), [notAnObject(body)]);
    }
    const answer = await create('{"a"', { 'content-type': 'text/plain' });
    assertInvalid(answer, [notAnObject('{"a"')]);
  });

  test('with another content type and an empty body, the body counts as absent', async () => {
    assertInvalid(await create('', { 'content-type': 'text/plain' }), [missing(['body'])]);
  });

  test('an odd one is a client error', async () => {
    for (const type of [
      'nonsense',
      'application/',
      'multipart/form-data',
      `a/${'b'.repeat(5000)}`,
    ]) {
      const answer = await create(body, { 'content-type': type });
      assert.ok(answer.status >= 400 && answer.status < 500, `${type}: ${answer.status}`);
      assert.ok('detail' in answer.body);
    }
  });

  test('a compressed body is a client error', async () => {
    const answer = await create(gzipSync(body), { ...JSON_TYPE, 'content-encoding': 'gzip' });
    assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
    assert.ok('detail' in answer.body);
  });

  test('an empty body on a route that takes none is ignored whatever its content type', async () => {
    for (const type of [
      'application/json',
      'text/plain',
      'multipart/form-data',
      'image/png',
      'x',
    ]) {
      const { id } = await client.post(ann.token);
      const sent = { token: ann.token, headers: { 'content-type': type } };
      assert.equal((await client.api('DELETE', `/api/posts/${id}`, sent)).status, 204, type);
      assert.equal((await client.api('GET', '/api/users/me', sent)).status, 200, type);
    }
    const bytes = head('DELETE /api/posts/999999', {
      Authorization: `Bearer ${ann.token}`,
      'Content-Type': 'application/json',
      'Content-Length': 0,
    });
    assert.equal((await rawRequest(server.url, bytes)).body, '{"detail":"Post not found"}');
  });
});
