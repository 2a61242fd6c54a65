import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, type Seen } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const { id: post } = await client.post(ann.token, 'A title', 'word '.repeat(1000));
const out = createVisitor(server.url);
const signedIn = createVisitor(server.url);
await signedIn.signIn(ann);

const OPEN = () => [
  '/',
  '/posts',
  '/?skip=0&limit=5',
  `/posts/${post}`,
  `/users/${ann.id}/posts`,
  '/login',
  '/login?next=/account',
  '/register',
  '/forgot-password',
  '/help/writing',
];

const header = ({ headers }: Seen, name: string) => headers.get(name);

/** The parts of a list in a header, in lower case. */
const parts = (answer: Seen, name: string) =>
  (header(answer, name) ?? '').toLowerCase().split(/,\s*/);

test('public pages may be stored by anyone who revalidates them each time', async () => {
  for (const path of OPEN()) {
    const page = await out.get(path);
    assert.equal(page.status, 200, path);
    assert.equal(header(page, 'cache-control'), 'public, max-age=0, must-revalidate', path);
    assert.ok(parts(page, 'vary').includes('cookie'), path);
    assert.equal(header(page, 'set-cookie'), null, path);
    const etag = header(page, 'etag') ?? '';
    assert.match(etag, /^(?:W\/)?"[^"]+"$/, path);

    const again = await out.get(path, { 'if-none-match': etag });
    assert.deepEqual([again.status, again.text], [304, ''], path);
    assert.equal(header(again, 'etag'), etag);
    assert.equal(header(again, 'cache-control'), header(page, 'cache-control'));
    assert.ok(parts(again, 'vary').includes('cookie'), path);
    assert.equal((await out.get(path, { 'if-none-match': '"other"' })).status, 200);
  }
});

test('a changed page is sent again', async () => {
  const etag = header(await out.get('/'), 'etag') ?? '';
  const { id } = await client.post(ann.token, 'Something new');
  const changed = await out.get('/', { 'if-none-match': etag });
  assert.equal(changed.status, 200);
  assert.match(changed.text, /Something new/);
  await client.api('DELETE', `/api/posts/${id}`, { token: ann.token });
  assert.equal((await out.get('/', { 'if-none-match': etag })).status, 304);
});

test('pages of signed-in people are private and not stored', async () => {
  const anonymous = header(await out.get('/'), 'etag') ?? '';
  for (const path of [
    '/',
    `/posts/${post}`,
    `/users/${ann.id}/posts`,
    '/account',
    '/posts/new',
    `/posts/${post}/edit`,
    `/posts/${post}/delete`,
    '/account/delete',
    '/account/picture/delete',
    '/forgot-password',
    '/nothing',
  ]) {
    const page = await signedIn.get(path, { 'if-none-match': anonymous });
    assert.ok([200, 404].includes(page.status), path);
    assert.equal(header(page, 'cache-control'), 'private, no-store', path);
    assert.equal(header(page, 'etag'), null, path);
    assert.ok(parts(page, 'vary').includes('cookie'), path);
  }
});

test('errors, refused forms and the page of a reset link are not stored', async () => {
  const answers = {
    'no such page': await out.get('/nothing'),
    'no such post': await out.get('/posts/999999'),
    'no number': await out.get('/posts/abc'),
    'a wrong method': await out.ask('DELETE', '/'),
    'a refused form': await out.post('/login', { username: 'x', password: 'y' }),
    'a form of another site': await out.post('/login', {}, { origin: 'https://evil.example' }),
    'a reset link': await out.get('/reset-password?token=secret'),
  };
  for (const [name, answer] of Object.entries(answers)) {
    assert.match(header(answer, 'cache-control') ?? '', /no-store/, name);
    assert.equal(header(answer, 'etag'), null, name);
    assert.equal(header(answer, 'set-cookie'), null, name);
  }
});

test('a cookie that names no session counts as absent', async () => {
  for (const cookie of [
    'session=gone',
    'session=',
    'other=x',
    'session=%00;;;=',
    '__Host-session=x',
  ]) {
    const page = await out.get('/', { cookie });
    assert.equal(page.status, 200, cookie);
    assert.match(page.text, />Login</);
    assert.equal((await out.get('/account', { cookie })).status, 303, cookie);
  }
});

test('redirects to the login and back are not stored by shared caches', async () => {
  for (const answer of [await out.get('/account'), await signedIn.get('/login?next=/account')]) {
    assert.equal(answer.status, 303);
    assert.doesNotMatch(header(answer, 'cache-control') ?? '', /public/);
  }
});

test('pages are compressed for clients that accept it, with the same content', async () => {
  const path = `/posts/${post}`;
  const plain = await fetch(server.url + path, { headers: { 'accept-encoding': 'identity' } });
  const text = await plain.text();
  assert.equal(plain.headers.get('content-encoding'), null);
  for (const [accept, encoding] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
  ]) {
    const packed = await fetch(server.url + path, { headers: { 'accept-encoding': accept ?? '' } });
    assert.equal(packed.headers.get('content-encoding'), encoding);
    assert.match(packed.headers.get('vary') ?? '', /Accept-Encoding/i);
    assert.equal(await packed.text(), text);
  }
});

test('the address of a reset link is sent to no other page', async () => {
  const page = await out.get('/reset-password?token=secret');
  assert.equal(header(page, 'referrer-policy'), 'no-referrer');
  const fields = { token: 'secret', new_password: 'short', confirm_password: 'short' };
  const refused = await out.post('/reset-password', fields);
  assert.equal(header(refused, 'referrer-policy'), 'no-referrer');
});
