import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileBody, MULTIPART, multipart } from '../../support/multipart.ts';
import { plain } from '../../support/pictures.ts';
import { openBlog } from '../../support/blog.ts';
import { createVisitor } from '../../support/visitor.ts';

const { server, client } = await openBlog({ FRONTEND_URL: 'https://blog.example.org' });
const ann = await client.person('Ann');
const { id: post } = await client.post(ann.token);
const visitor = createVisitor(server.url);
await visitor.signIn(ann);

/** The headers that browsers send with a form of another site. */
const FOREIGN: Record<string, string>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'cross-site', origin: 'https://blog.example.org' },
  { 'sec-fetch-site': 'something new' },
  { origin: 'https://evil.example' },
  { origin: 'https://blog.example.org.evil.example' },
  { origin: 'https://evil.example/blog.example.org' },
  { origin: 'https://blog.example.org:444' },
  { origin: 'null' },
  { origin: '' },
];

const FORMS = () => [
  '/login',
  '/logout',
  '/register',
  '/account',
  '/account/password',
  '/account/picture',
  '/account/picture/delete',
  '/account/sessions/end',
  '/account/sessions/end-others',
  '/account/delete',
  '/pictures',
  '/posts/new',
  `/posts/${post}/edit`,
  `/posts/${post}/delete`,
  '/forgot-password',
];

test('every form refuses what another site sends, in every encoding', async () => {
  const fields = {
    title: 'From elsewhere',
    content: 'x',
    username: 'Mallory',
    email: 'm@example.com',
    password: 'a long password',
    confirm_password: 'a long password',
  };
  const parts = Object.entries(fields).map(([name, data]) => ({ name, data }));
  const picture = fileBody(await plain('#123456').png().toBuffer());
  for (const path of FORMS()) {
    for (const headers of FOREIGN) {
      const bodies = [
        { form: fields, headers },
        { body: multipart(parts), headers: { ...MULTIPART, ...headers } },
        { body: picture, headers: { ...MULTIPART, ...headers } },
        { form: fields, headers: { ...headers, accept: 'application/json' } },
      ];
      // All pages in one encoding, and one page in each other encoding, are enough.
      for (const sent of path === '/account/picture' ? bodies : bodies.slice(0, 1)) {
        const answer = await visitor.ask('POST', path, sent);
        assert.equal(answer.status, 403, `${path} ${JSON.stringify(headers)}`);
        assert.equal(answer.headers.get('set-cookie'), null, path);
      }
    }
  }
  const me = await client.api('GET', `/api/users/${ann.id}`);
  assert.deepEqual([me.body['username'], me.body['image_file']], ['Ann', null]);
  assert.equal((await visitor.get('/account')).status, 200);
  const list = await client.api('GET', '/api/posts');
  assert.equal(list.body['total'], 1);
});

test('a refusal says why, on a page', async () => {
  const answer = await visitor.post('/logout', {}, { origin: 'https://evil.example' });
  assert.match(answer.text, /Oops\.\.\. 403 Error/);
  assert.match(answer.text, /another site/);
});

test('our own forms pass, and so do clients that are not browsers', async () => {
  const { host } = new URL(server.url);
  for (const headers of [
    {},
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'same-origin', origin: server.url },
    { 'sec-fetch-site': 'none' },
    { origin: server.url },
    { origin: 'https://blog.example.org' },
    { origin: `https://${host}` },
  ] as Record<string, string>[]) {
    const answer = await visitor.post('/account', { username: 'Ann' }, headers);
    assert.equal(answer.status, 303, JSON.stringify(headers));
    assert.equal(answer.location, '/account?done=profile');
  }
});

test('reading works from links on any site', async () => {
  for (const headers of FOREIGN) {
    assert.equal((await visitor.get('/account', headers)).status, 200, JSON.stringify(headers));
  }
});

test('by https the cookie belongs to this host alone', async () => {
  const fresh = createVisitor(server.url);
  const answer = await fresh.post('/login', { username: ann.email, password: ann.password });
  const [line = '', ...others] = answer.headers.getSetCookie();
  assert.deepEqual(others, []);
  const [pair = '', ...attributes] = line.split('; ');
  assert.match(pair, /^__Host-session=[\w-]{43}$/);
  assert.deepEqual(attributes.map((one) => one.toLowerCase()).toSorted(), [
    'httponly',
    'max-age=2592000',
    'path=/',
    'samesite=lax',
    'secure',
  ]);
  const value = pair.slice('__Host-session='.length);
  const bare = await fresh.get('/account', { cookie: `session=${value}` });
  assert.equal(bare.status, 303, 'a name that a subdomain could set counts for nothing');
  const bye = await fresh.post('/logout');
  const [gone = ''] = bye.headers.getSetCookie();
  assert.match(gone, /^__Host-session=;.*Path=\/.*Secure/i);
  assert.match(gone, /Max-Age=0|Expires=Thu, 01 Jan 1970/i);
});
