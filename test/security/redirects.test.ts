import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient, send } from '../support/client.ts';
import { mails, resetToken } from '../support/servers/outbox.ts';
import { head, rawRequest } from '../support/servers/raw.ts';
import { createVisitor, linksOf, valuesOf } from '../support/visitor.ts';
import { SECRET_KEY, someone } from './people.ts';
import { startWithRoutes } from './routes.ts';

const FRONTEND_URL = 'https://blog.example.org';

// Over http, where a cookie is simplest; another server below uses https.
const server = await startWithRoutes({ SECRET_KEY });
after(() => server.stop());
const client = createClient(server.url);
const ann = await someone(server, client);

const CONTROLS = ['\t', '\n', '\r', '\r\n', '\0', '\v', '\f', '\u0085', '\u2028', '\u00a0', ' '];
const SLASHES = ['/', '\\', '%2f', '%5c', '\u2044', '\u2215', '\u29f8', '\uff0f', '\u3000/'];

/** Addresses of another site that have fooled browsers or libraries. */
const ELSEWHERE = [
  ...SLASHES.flatMap((a) => SLASHES.map((b) => `${a}${b}evil.example/x`)),
  ...SLASHES.map((slash) => `/${slash}evil.example`),
  ...SLASHES.map((slash) => `https:${slash}evil.example`),
  ...CONTROLS.flatMap((c) => [`/${c}/evil.example`, `${c}//evil.example`, `/${c}\\evil.example`]),
  ...CONTROLS.flatMap((c) => [`java${c}script:alert(1)`, `${c}javascript:alert(1)`]),
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'javascript://x/%0aalert(1)',
  '/javascript:x',
  'data:text/html,x',
  'vbscript:x',
  'blob:x',
  'file:///etc/passwd',
  'about:blank',
  'ftp://x',
  'https:evil.example',
  'http:/\\evil.example',
  'http://evil.example',
  '//evil.example:443',
  'https://evil.example@localhost',
  '//user:pw@evil.example',
  '@evil.example',
  '?//evil.example',
  '/.//evil.example',
  '/..//evil.example',
  '/x/..//evil.example',
  '/%2e%2e//evil.example',
  '/./\\evil.example',
  '/x/../\\evil.example',
  '/%2e//evil.example',
  '/%09/evil.example',
  '/%0d%0aLocation:%20//evil.example',
  '/\r\nSet-Cookie: planted=1',
  '/#//evil.example',
  '#',
  '',
  ' ',
  '.evil.example',
  '//\u3002evil',
  '//[::1]',
  '//%',
  '/\ud800',
  '/'.repeat(4000),
];

/** Where a browser goes from a page of ours with this address; asserts that it is our own. */
function assertOurs(location: string, what: string): void {
  const target = URL.parse(location, `${server.url}/login`);
  assert.equal(target?.origin, server.url, `${what} leads to ${location}`);
  assert.match(location, /^\/(?![/\\])[!-~]*$/, `${what} leads to ${location}`);
  assert.doesNotMatch(target.pathname, /^\/\//, `${what} leads to ${location}`);
}

test('no form and no link of the login leads to another site', async () => {
  const fields = { username: ann.email, password: ann.password };
  // A login costs a password hash, so all addresses go through the query, and some through the form.
  for (const next of ELSEWHERE) {
    const what = JSON.stringify(next).slice(0, 80);
    const query = `/login?next=${encodeURIComponent(next.toWellFormed())}`;
    const asked = await ann.browser.get(query);
    assert.equal(asked.status, 303, what);
    assertOurs(asked.location, what);
    const shown = await createVisitor(server.url).get(query);
    assertOurs(valuesOf(shown)['next'] ?? '', what);
    for (const link of linksOf(shown).filter((link) => !link.startsWith('#'))) {
      assertOurs(link, what);
    }
  }
  for (const [at, next] of ELSEWHERE.filter((_, index) => index % 8 === 0).entries()) {
    const accept = at % 2 === 0 ? 'text/html' : 'application/json';
    const form = { ...fields, next: next.toWellFormed() };
    const answer = await createVisitor(server.url).post('/login', form, { accept });
    const { location = answer.location } =
      at % 2 === 0 ? {} : (JSON.parse(answer.text) as { location: string });
    assertOurs(location, JSON.stringify(next));
    assert.deepEqual(
      answer.headers.getSetCookie().map((line) => line.split('=', 1)[0]),
      ['session'],
    );
  }
});

test('an address given twice does not redirect elsewhere, and is escaped', async () => {
  const twice = '/login?next=/posts&next=//evil.example&next=%22%3E%3Cscript%3E';
  assertOurs((await ann.browser.get(twice)).location, twice);
  const shown = await createVisitor(server.url).get(twice);
  assert.doesNotMatch(shown.text, /<script>(?!<)|"><script/);
  assertOurs(valuesOf(shown)['next'] ?? '', twice);
  for (const path of [
    '/reset-password?token=a&token=%22%3E%3Cscript%3Ealert(1)',
    '/?done=login&done=%22%3E%3Cscript%3Ealert(1)',
    '/login?done[]=%3Cscript%3Ealert(1)&__proto__[done]=login&constructor=x',
    '/posts/new?next=%22%3E%3Cscript%3Ealert(1)',
  ]) {
    const { status, text } = await createVisitor(server.url).get(path);
    assert.ok(status < 500, path);
    assert.doesNotMatch(text, /<script>alert/, path);
  }
});

test('after a required login one returns to a page of ours', async () => {
  for (const path of [
    '/account?next=//evil.example',
    '/account/delete?x=%0d%0aSet-Cookie:%20planted=1',
    '/posts/new?//evil.example',
    '/posts/new?%0d%0a',
    '/posts/new?x=\x7f\xff',
    '/posts/1/edit?//evil.example/%2e%2e',
  ]) {
    const answer = await rawRequest(server.url, Buffer.from(head(`GET ${path}`), 'latin1'));
    // Anything that is not a URL is refused earlier.
    if (answer.status === 400) continue;
    assert.equal(answer.status, 303, path);
    assertOurs(answer.headers['location'] ?? '', path);
    assert.equal(answer.headers['set-cookie'], undefined);
  }
});

test('removing a trailing slash stays on this site', async () => {
  const paths = server.routes
    .filter(({ method, url }) => method === 'GET' && !url.endsWith('*') && url !== '/')
    .map(({ url }) => url.replace(/:\w+/, '1'));
  assert.ok(paths.length > 20);
  for (const path of paths) {
    const { status, headers } = await send(server.url, 'GET', `${path}/`);
    assert.equal(status, 307, path);
    assertOurs(headers.get('location') ?? '', path);
  }
  const hosts = ['/evil.example', '\\evil.example', '/evil.example/posts', '/.evil.example/..'];
  for (const host of hosts.concat(hosts.map((one) => `${one}/posts`))) {
    for (const prefix of ['/', '/.', '/..', '/posts/..', '/%2e', '/%09', '/%0d%0a', '/\x01']) {
      for (const suffix of ['/', '//', '/%2f', '/?x=/', '/%2e%2e/', '/..;/']) {
        const path = prefix + host + suffix;
        const answer = await rawRequest(server.url, head(`GET ${path}`));
        assert.ok(answer.status < 500, path);
        if (answer.headers['location'] !== undefined) assertOurs(answer.headers['location'], path);
      }
    }
  }
});

test('line ends in typed text never become headers', async () => {
  const injected = 'x\r\nSet-Cookie: planted=1\r\nX-Injected: 1\r\n\r\n<script>';
  const post = { title: injected.slice(0, 90), content: injected };
  const answers = [
    await ann.browser.post('/posts/new', post),
    await ann.browser.post('/posts/new', post, { accept: 'application/json' }),
    await ann.browser.post('/account', { username: 'x\r\nX-Injected: 1' }),
    await ann.browser.post('/login', { username: injected, password: injected, next: injected }),
    await ann.browser.post('/account/sessions/end', { session: injected }),
    await ann.browser.get(`/?done=${encodeURIComponent(injected)}`),
    await ann.browser.get(`/users/1%0d%0aX-Injected:1/posts`),
    await ann.browser.get(`/posts/1%0d%0aX-Injected:1`),
    await ann.browser.get(`/media/x%0d%0aX-Injected:1`),
    await ann.browser.get(`/static/x%0d%0aX-Injected:1`),
  ];
  for (const [at, { headers, location }] of answers.entries()) {
    assert.equal(headers.get('x-injected'), null, String(at));
    assert.ok(!headers.getSetCookie().some((line) => line.startsWith('planted')), String(at));
    assert.doesNotMatch(location, /[\r\n]/);
  }
  assert.match(answers[0]?.location ?? '', /^\/posts\/\d+\?done=created$/, 'the post was taken');
});

test('no request header decides where mails and links lead to', async () => {
  const https = await startWithRoutes({ FRONTEND_URL, TRUST_PROXY: 'true', SITE_NAME: 'Blog' });
  try {
    const bob = await createClient(https.url).register();
    const foreign = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-Server': 'evil.example',
      'X-Original-URL': 'http://evil.example/',
      'X-Rewrite-URL': '/account',
      Forwarded: 'host=evil.example;proto=http',
      Referer: 'http://evil.example/',
    };
    const ask = (line: string, body: string, type: string) =>
      rawRequest(
        https.url,
        head(line, {
          ...foreign,
          Host: 'evil.example',
          'Content-Type': type,
          'Content-Length': body.length,
        }) + body,
      );
    const json = JSON.stringify({ email: bob.email });
    const api = await ask('POST /api/users/forgot-password', json, 'application/json');
    assert.equal(api.status, 202);
    const form = `email=${encodeURIComponent(bob.email)}`;
    const page = await ask('POST /forgot-password', form, 'application/x-www-form-urlencoded');
    assert.equal(page.status, 303);
    await resetToken(https.dataDir, bob.email, 2);
    for (const mail of await mails(https.dataDir)) {
      assert.ok(mail.includes(`${FRONTEND_URL}/reset-password?token=`));
      assert.doesNotMatch(mail, /evil\.example/);
    }
    for (const path of [
      '/',
      '/login',
      '/nothing',
      '/posts/',
      '/account',
      '/openapi.json',
      '/docs',
    ]) {
      const answer = await ask(`GET ${path}`, '', 'text/plain');
      assert.notEqual(answer.status, 500, path);
      const everything = answer.body + JSON.stringify(answer.headers);
      assert.doesNotMatch(everything, /evil\.example/, path);
    }
    // Nor whether the cookie is Secure.
    const login = `username=${encodeURIComponent(bob.email)}&password=${bob.password.replaceAll(' ', '+')}`;
    const signedIn = await ask('POST /login', login, 'application/x-www-form-urlencoded');
    const cookie = signedIn.headers['set-cookie'] ?? '';
    assert.match(
      cookie,
      /^__Host-session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const hsts = signedIn.headers['strict-transport-security'];
    assert.equal(hsts, 'max-age=31536000');
    assert.equal(signedIn.headers['cross-origin-opener-policy'], 'same-origin');
  } finally {
    await https.stop();
  }
});
