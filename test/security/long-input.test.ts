import { test } from 'node:test';
import assert from 'node:assert/strict';
import { openBlog } from '../support/blog.ts';
import { head, rawRequest } from '../support/servers/raw.ts';

const { server, client } = await openBlog();

/** Far below the limit of JSON; anything quadratic would never end. */
const LENGTH = 600_000;
const repeat = (text: string) => text.repeat(LENGTH / text.length);

/** Input that has made regular expressions for addresses, paths and markup slow. */
const FIELDS = {
  'labels with @': repeat('a@a.'),
  labels: repeat('a.'),
  'a local part': `${repeat('a')}@`,
  spaces: `${repeat(' ')}x`,
  backslashes: repeat('\\'),
  hyphens: repeat('-'),
  'signs of @': `${repeat('@')}.`,
  'line ends': repeat('\n'),
  'opening tags': repeat('<'),
  'a path': `http://${repeat('a/')}`,
};

for (const [name, text] of Object.entries(FIELDS)) {
  test(`a field of ${name} is answered, however long`, async () => {
    const good = { username: 'x', email: 'x@example.com', password: 'long enough' };
    for (const json of [
      { ...good, email: text },
      { ...good, username: text },
    ]) {
      assert.equal((await client.api('POST', '/api/users', { json })).status, 422);
    }
    const json = { token: text, new_password: 'long enough' };
    assert.equal((await client.api('POST', '/api/users/reset-password', { json })).status, 400);
    const broken = await client.api('POST', '/api/users', { body: `{"email":"${text}` });
    assert.equal(broken.status, 422);
    const form = { email: text };
    assert.equal((await client.api('POST', '/forgot-password', { form })).status, 422);
  });
}

/** Bytes that fit below Node's limit for all headers. */
const HEADER_MAX = 12_000;
const fill = (text: string) => text.repeat(HEADER_MAX / text.length);

const HEADERS = ['Authorization', 'Cookie', 'Accept', 'Accept-Encoding', 'If-None-Match', 'Range']
  .concat(['Content-Type', 'Origin', 'Referer', 'User-Agent', 'X-Forwarded-For', 'Forwarded'])
  .concat(['If-Range', 'Sec-Fetch-Site', 'Content-Disposition']);
const VALUES = [fill('a.'), `Bearer ${fill('a.')}`, `bytes=${fill('0-,')}`, fill(';q=0.')]
  .concat([fill('a=b; '), fill('"a", '), `multipart/form-data; ${fill('boundary=')}`])
  .concat([`;${fill(' ')}x`, fill('1, '), `${fill('a')}@`, fill('gzip,')]);
const LINES = ['GET /', 'GET /static/profile_pics/default.jpg', 'GET /api/users/me', 'POST /login'];

for (const name of HEADERS) {
  test(`a ${name} header of 12 KB is answered`, async () => {
    for (const value of VALUES) {
      for (const line of LINES) {
        const request = head(line, { Connection: 'close', 'Content-Length': 0, [name]: value });
        const { status } = await rawRequest(server.url, request);
        assert.ok(status < 500, `${line} ${value.slice(0, 20)}: ${status}`);
      }
    }
  });
}

test('a path of 12 KB is answered', async () => {
  const paths = [
    fill('/'),
    `/posts/${fill('1')}`,
    `/?${fill('done=&')}`,
    `/login?next=${fill('/x/..')}`,
  ]
    .concat([`/posts${fill('/x/')}`, fill('/%'), `/${fill('%ff')}`, `/media/${fill('0')}.jpg`])
    .concat([`/${fill('%2e%2e%2f')}`, `/api/users/${fill('9')}`, `/?${fill('a[]=1&')}`]);
  for (const path of paths) {
    const { status } = await rawRequest(server.url, head(`GET ${path}`));
    assert.ok(status < 500, `${path.slice(0, 40)}: ${status}`);
  }
});
