import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { assertError, assertUnauthorized } from '../../support/client.ts';
import type { Post } from '../../support/client.ts';
import { assertInvalid, missing, stringType } from '../../support/field-errors.ts';
import { head, openRaw, rawRequest } from '../../support/servers/raw.ts';
import { openBlog } from '../../support/blog.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const LIMIT = 8 * 1024 * 1024;

const { server, client } = await openBlog();
const ann = await client.person();

const create = (body: string | Uint8Array, headers: Record<string, string> = JSON_TYPE) =>
  client.api<Post>('POST', '/api/posts', { token: ann.token, body, headers });

test('a chunked body without chunks counts as absent', async () => {
  const bytes = head('POST /api/users', {
    'Content-Type': 'application/json',
    'Transfer-Encoding': 'chunked',
  });
  const answer = await rawRequest(server.url, `${bytes}0\r\n\r\n`);
  assert.equal(answer.status, 422);
  assert.deepEqual(JSON.parse(answer.body), { detail: [missing(['body'])] });
});

test('a body on a route without one is ignored', async () => {
  for (const body of ['{"title":1}', '{', 'x'.repeat(100_000)]) {
    const { id } = await client.post(ann.token);
    const sent = { token: ann.token, body, headers: JSON_TYPE };
    assert.equal((await client.api('DELETE', `/api/posts/${id}`, sent)).status, 204);
  }
});

describe('what a body holds', () => {
  test('if a key is given twice, the last one counts', async () => {
    const answer = await create('{"title":"first","content":"b","title":"last"}');
    assert.deepEqual([answer.status, answer.body.title], [201, 'last']);
    assertInvalid(await create('{"title":"first","content":"b","title":5}'), [
      stringType(['body', 'title'], 5),
    ]);
  });

  test('keys of prototypes are unknown fields', async () => {
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
      const answer = await create(`{"${key}":{"a":{"prototype":1}},"title":"a","content":"b"}`);
      assert.equal(answer.status, 201, key);
    }
    assert.equal(({} as Record<string, unknown>)['a'], undefined);
  });

  test('escapes and every character but NUL come back unchanged', async () => {
    const title = '\u0001\t\r\n"\\/<script>&amp;\u2028\ufeff\ufffe𝒜 e\u0301';
    const sent = { token: ann.token, json: { title, content: '\u007f' } };
    const answer = await client.api<Post>('POST', '/api/posts', sent);
    assert.deepEqual([answer.status, answer.body.title], [201, title]);
    assert.equal((await create('{"title":"\\ud83d\\ude42","content":"\\u0041"}')).body.title, '🙂');
  });

  test('nesting past 1,000 levels is refused where it begins, in code points', async () => {
    const answer = await create(`{"a":"😀","x":${'['.repeat(1000)}${']'.repeat(1000)}}`);
    const [error] = (JSON.parse(answer.text) as { detail: { type: string; loc: unknown }[] })
      .detail;
    assert.deepEqual(
      [answer.status, error?.type, error?.loc],
      [422, 'json_invalid', ['body', 1012]],
    );
  });

  test('nesting of any depth crashes nothing', async () => {
    for (const depth of [1000, 100_000, 1_000_000]) {
      const deep = '['.repeat(depth) + ']'.repeat(depth);
      for (const body of [deep, `{"title":${deep},"content":"b"}`, '{"a":'.repeat(depth)]) {
        const answer = await create(body);
        assert.equal(answer.status, 422, `${depth}: ${answer.status}`);
        assert.ok('detail' in (answer.body ?? {}), String(depth));
      }
      const ignored = await create(`{"title":"a","content":"b","x":${deep}}`);
      assert.ok(ignored.status < 500, String(depth));
    }
    assert.equal((await client.api('GET', '/health')).status, 200);
  });
});

describe('many values', () => {
  const keys = (count: number) =>
    `{${Array.from({ length: count }, (_, n) => `"k${n}":0,`).join('')}"title":"a","content":"b"}`;

  test('a body with as many values as anybody sends is read', async () => {
    assert.equal((await create(keys(50_000))).status, 201);
  });

  test('more than 100,000 are refused where they begin, before they are parsed', async () => {
    const list = (value: string) => `[${`${value},`.repeat(600_000)}0]`;
    for (const body of [keys(550_000), list('{}'), list('[]'), list('0'), list('"\\\\\\""')]) {
      const answer = await create(body);
      assert.equal(answer.status, 422, body.slice(0, 20));
      const [error] = (answer.body as unknown as { detail: { type: string; ctx: unknown }[] })
        .detail;
      assert.deepEqual([error?.type, error?.ctx], ['json_invalid', { error: 'Too many values' }]);
    }
  });

  test('so many fields of a form are refused too', async () => {
    const body = Array.from({ length: 1_000_000 }, (_, n) => `${n}=`).join('&');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await client.api('POST', '/api/users/token', { body, headers });
    assertError(answer, 413, 'Request body too large');
  });
});

describe('sizes', () => {
  const sized = (bytes: number) => {
    const rest = '{"title":"a","content":""}';
    return rest.replace('""', `"${'x'.repeat(bytes - rest.length)}"`);
  };

  test('8 MiB pass, a byte more does not', async () => {
    const fits = await create(sized(LIMIT));
    assert.deepEqual([fits.status, fits.body.content.length], [201, LIMIT - 26]);
    assertError(await create(sized(LIMIT + 1)), 413, 'Request body too large');
  });

  test('the same for a body without a length', async () => {
    const stream = (bytes: number) =>
      client.api('POST', '/api/posts', {
        token: ann.token,
        headers: JSON_TYPE,
        body: new Blob([sized(bytes)]).stream(),
      });
    assert.equal((await stream(LIMIT)).status, 201);
    assertError(await stream(LIMIT + 1), 413, 'Request body too large');
  });

  test('a length above the limit is refused before the body comes', async () => {
    const connection = openRaw(server.url);
    await connection.write(
      head('POST /api/posts', {
        Authorization: `Bearer ${ann.token}`,
        'Content-Type': 'application/json',
        'Content-Length': 10_000_000_000,
      }),
    );
    const answer = await connection.answer;
    connection.destroy();
    assert.deepEqual([answer.status, answer.body], [413, '{"detail":"Request body too large"}']);
  });

  test('a login form of many megabytes is a client error', async () => {
    const form = { username: 'a@example.com', password: 'x'.repeat(9_000_000) };
    const answer = await client.api('POST', '/api/users/token', { form });
    assert.ok(answer.status >= 400 && answer.status < 500, String(answer.status));
    assert.ok('detail' in answer.body);
  });
});

test('NUL in a login form reaches no account', async () => {
  for (const form of [
    { username: 'a\0@example.com', password: 'x' },
    { username: 'a', password: '\0' },
  ]) {
    const answer = await client.api('POST', '/api/users/token', { form });
    if (answer.status === 401) assertUnauthorized(answer, 'Incorrect email or password');
    else assert.equal(answer.status, 422, answer.text);
  }
});
