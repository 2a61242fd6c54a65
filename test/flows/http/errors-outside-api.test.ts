import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '../../support/client.ts';
import { openBlog } from '../../support/blog.ts';

const { client } = await openBlog({ SITE_NAME: 'Our "Paper" <&>' });

/** The text of a page without its markup, with the entities that these tests need decoded. */
function words(html: string): string {
  return html
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, ' ')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');
}

function assertPage(answer: Answer, status: number, detail: string) {
  assert.equal(answer.status, status);
  assert.match(answer.headers.get('content-type') ?? '', /^text\/html; charset=utf-8$/i);
  const heading = /<h1[^>]*>([\s\S]*?)<\/h1>/.exec(answer.text)?.[1] ?? '';
  assert.equal(words(heading).trim(), `Oops... ${status} Error`);
  assert.ok(words(answer.text).includes(detail), answer.text);
  const title = /<title>([\s\S]*?)<\/title>/.exec(answer.text)?.[1]?.trim();
  assert.equal(title, `Our &quot;Paper&quot; &lt;&amp;&gt; - ${status}`);
}

const INVALID = 'Invalid request. Please check your input and try again.';

test('an error outside /api is a page with the same status', async () => {
  const cases: [string, string, number, string][] = [
    ['GET', '/nothing', 404, 'Not Found'],
    ['GET', '/nothing/at/all?x=1', 404, 'Not Found'],
    ['GET', '/media/nothing', 404, 'Not Found'],
    ['GET', '/static/nothing', 404, 'Not Found'],
    ['GET', '/apinothing', 404, 'Not Found'],
    ['GET', '/posts/999999', 404, 'Post not found'],
    ['GET', '/users/999999/posts', 404, 'User not found'],
    ['GET', '/posts/abc', 422, INVALID],
    ['GET', '/users/abc/posts', 422, INVALID],
    ['DELETE', '/login', 405, 'Method Not Allowed'],
    ['PUT', '/', 405, 'Method Not Allowed'],
  ];
  for (const [method, path, status, detail] of cases) {
    assertPage(await client.api(method, path), status, detail);
  }
});

test('the content of a path is not markup', async () => {
  const answer = await client.api('GET', '/%3Cscript%3Ealert(1)%3C/script%3E');
  assert.equal(answer.status, 404);
  assert.doesNotMatch(answer.text, /<script>alert/);
});

test('every answer carries the security headers', async () => {
  const person = await client.person();
  const paths = [
    '/',
    '/login',
    '/nothing',
    '/posts/abc',
    '/static/nothing',
    '/docs',
    '/api/posts',
    '/api/nothing',
    '/api/users/me',
    '/health',
    '/openapi.json',
    `/api/users/${person.id}`,
    '/static/profile_pics/default.jpg',
  ];
  for (const path of paths) {
    const { headers } = await client.api('GET', path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path);
    assert.ok(headers.get('referrer-policy'), path);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src/, path);
    assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|upgrade-insecure-requests|nonce-/, path);
    assert.equal(headers.get('x-powered-by'), null, path);
    if (headers.get('content-type')?.startsWith('text/html')) {
      assert.match(policy, /frame-ancestors 'none'/, path);
    }
  }
});

test('anonymous visitors get no cookie', async () => {
  for (const path of [
    '/',
    '/posts',
    '/login',
    '/register',
    '/forgot-password',
    '/nothing',
    '/api/posts',
    '/health',
  ]) {
    const { headers } = await client.api('GET', path);
    assert.equal(headers.get('set-cookie'), null, path);
  }
});
