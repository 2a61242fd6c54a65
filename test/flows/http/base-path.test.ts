import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildApp } from '../../../src/app.ts';
import { readConfig } from '../../../src/config.ts';
import { openContext } from '../../../src/context.ts';
import { StartError } from '../../../src/errors.ts';
import { openBlog } from '../../support/blog.ts';
import { createClient, type User } from '../../support/client.ts';
import { elementsOf } from '../../support/markup.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { mails } from '../../support/servers/outbox.ts';
import { photo } from '../../support/pictures.ts';
import { rawRequest } from '../../support/servers/raw.ts';
import { startServer } from '../../support/server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createVisitor, linksOf, statusOf, valuesOf, type Seen } from '../../support/visitor.ts';

const ADDRESS = 'https://example.org/blog';
const { server, client } = await openBlog({ FRONTEND_URL: `${ADDRESS}/`, POSTS_PER_PAGE: '1' });
const ann = await client.person('Ann');
const { id: post } = await client.post(ann.token, 'First', 'x'.repeat(3000));
await client.post(ann.token, 'Second', 'Text');
const body = fileBody(await photo({ width: 300, height: 300 }));
const picture = { token: ann.token, body, headers: MULTIPART };
const { image_path: face } = (
  await client.api<User>('PATCH', `/api/users/${ann.id}/picture`, picture)
).body;
const reader = createVisitor(server.url);
const writer = createVisitor(server.url);
await writer.signIn(ann);

const OPEN = [
  ['/', '/posts', '/?skip=1', `/posts/${post}`, `/users/${ann.id}/posts`, '/login', '/register'],
  ['/forgot-password', '/reset-password?token=t', '/nothing', '/posts/abc', '/docs'],
].flat();
const OWN = [
  ['/', `/posts/${post}`, '/posts/new', `/posts/${post}/edit`, `/posts/${post}/delete`],
  ['/account', '/account/delete', '/account/picture/delete'],
].flat();

/** Every address on a page: of links, files, forms, pictures, previews. */
function addressesOf({ text }: Seen): string[] {
  return elementsOf(text).flatMap(({ attributes }) =>
    Object.entries(attributes).flatMap(([name, value]) => {
      if (name === 'srcset') return value.split(', ').map((one) => one.split(' ')[0] ?? '');
      return /^(?:https?:|\/)/.test(value) ? [value] : [];
    }),
  );
}

const below = (address: string) =>
  /^\/blog(?:\/|$)/.test(address) || /^https:\/\/example\.org\/blog(?:\/|$)/.test(address);

test('every address on every page begins with the base path', async () => {
  const pages = [
    ...(await Promise.all(OPEN.map((path) => reader.get(path)))),
    ...(await Promise.all(OWN.map((path) => writer.get(path)))),
    await writer.post('/posts/new', { title: '', content: '' }),
    await reader.post('/login', { username: 'nobody@example.org', password: 'wrong password' }),
  ];
  for (const page of pages) {
    const addresses = addressesOf(page);
    assert.ok(addresses.length > 0);
    assert.deepEqual(
      addresses.filter((address) => !below(address)),
      [],
    );
  }
});

test('a request gets the same answer with and without the base path', async () => {
  const same = [...OPEN, face, '/api/posts', '/openapi.json', '/health', '/manifest.webmanifest'];
  for (const path of same) {
    // Twice, because the second answer may come from the cache.
    for (const _ of [1, 2]) {
      const [with_, without] = [await reader.get(`/blog${path}`), await reader.get(path)];
      assert.equal(with_.status, without.status, path);
      assert.equal(with_.text, without.text, path);
      assert.equal(with_.headers.get('etag'), without.headers.get('etag'), path);
    }
  }
  const home = await reader.get('/');
  assert.equal((await reader.get('/blog')).text, home.text);
  const form = { username: 'nobody@example.org', password: 'wrong password' };
  assert.equal((await reader.post('/blog/login', form)).status, 401);
  assert.equal((await client.login(ann.email, ann.password)).status, 200);
});

test('every file that a page loads exists', async () => {
  const page = await writer.get('/blog/');
  const files = elementsOf(page.text).flatMap(({ name, attributes: { href = '', src = '' } }) => {
    if (name === 'link') return href.startsWith('/') ? [href] : [];
    return ['script', 'img'].includes(name) ? [src] : [];
  });
  assert.ok(files.length > 8);
  for (const file of files) assert.equal((await reader.get(file)).status, 200, file);
  const css = files.find((file) => file.endsWith('.css')) ?? assert.fail('no style sheet');
  const fonts = [...(await reader.get(css)).text.matchAll(/url\(([^)]+)\)/g)];
  assert.ok(fonts.length > 0);
  for (const [, url = ''] of fonts) {
    const { pathname } = new URL(url, `http://localhost${css}`);
    assert.match(pathname, /^\/blog\//);
    assert.equal((await reader.get(pathname)).status, 200, pathname);
  }
});

test('every redirect leads below the path', async () => {
  const visitor = createVisitor(server.url);
  const asked = await visitor.get('/account');
  assert.deepEqual([asked.status, asked.location], [303, '/blog/login?next=%2Fblog%2Faccount']);
  assert.equal((await visitor.get('/posts/')).location, '/blog/posts');
  assert.equal((await visitor.get('/blog/posts/?x=1')).location, '/blog/posts?x=1');
  assert.equal((await visitor.get('/api/posts/')).location, '/blog/api/posts');
  assert.equal((await visitor.get('/redoc')).location, '/blog/docs');
  assert.equal((await visitor.get('//evil.example/')).status, 404);
  assert.equal((await visitor.get('/blog//evil.example/')).status, 404);
  const out = await visitor.post('/logout');
  assert.equal(out.location, '/blog/?done=logout');
  assert.equal(statusOf(await visitor.follow(out)), 'You have been logged out.');
});

test('signing in returns to the previous page, given with or without the base path', async () => {
  for (const [next, location] of Object.entries({
    '/blog/posts/new': '/blog/posts/new?done=login',
    '/posts/new': '/blog/posts/new?done=login',
    '/blog': '/blog/?done=login',
    '/blog//evil.example': '/blog/?done=login',
    '/blog/\\evil.example': '/blog/?done=login',
    'https://evil.example/blog/account': '/blog/?done=login',
  })) {
    const visitor = createVisitor(server.url);
    const form = { username: ann.email, password: ann.password, next };
    assert.equal((await visitor.post('/login', form)).location, location, next);
    assert.equal(
      (await visitor.get(`/login?next=${encodeURIComponent(next)}`)).location,
      location.replace('?done=login', ''),
      next,
    );
  }
  const page = await reader.get('/blog/posts?skip=1');
  assert.ok(linksOf(page).includes('/blog/login?next=%2Fblog%2Fposts%3Fskip%3D1'));
});

test('a post that was being written when the session ended is posted below the base path', async () => {
  const visitor = createVisitor(server.url);
  const written = { title: 'Kept', content: 'Text' };
  const asked = await visitor.post('/posts/new', written);
  const { next = '' } = valuesOf(asked);
  const form = { ...written, username: ann.email, password: ann.password, next };
  const sent = await visitor.post('/login', form);
  assert.deepEqual([sent.status, sent.location], [307, '/blog/posts/new']);
});

test('the cookie is set and removed for the base path only', async () => {
  const visitor = createVisitor(server.url);
  const sent = { username: ann.email, password: ann.password };
  const made = (await visitor.post('/login', sent)).headers.get('set-cookie') ?? '';
  assert.match(made, /^__Secure-session=[^;]+;/);
  assert.match(made, /; Path=\/blog;/);
  assert.match(made, /; Secure/);
  assert.equal((await visitor.get('/blog/account')).status, 200);
  const taken = (await visitor.post('/logout')).headers.get('set-cookie') ?? '';
  assert.match(taken, /^__Secure-session=;.*; Path=\/blog;/);
});

test('image_path stays as in the contract; an img has the base path in front', async () => {
  assert.match(face, /^\/media\/profile_pics\//);
  const [img] = elementsOf((await reader.get(`/users/${ann.id}/posts`)).text).filter(
    ({ name }) => name === 'img',
  );
  assert.equal(img?.attributes['src'], `/blog${face}`);
});

test('the manifest and the API’s document say where the blog is', async () => {
  const manifest = JSON.parse((await reader.get('/manifest.webmanifest')).text) as {
    icons: { src: string }[];
  };
  assert.partialDeepStrictEqual(manifest, { id: '/blog/', start_url: '/blog/', scope: '/blog/' });
  assert.ok(manifest.icons.every(({ src }) => src.startsWith('/blog/static/')));
  const document = JSON.parse((await reader.get('/openapi.json')).text) as { servers: unknown };
  assert.deepEqual(document.servers, [{ url: '/blog' }]);
  assert.match((await reader.get('/docs/initializer.js')).text, /url: '\/blog\/openapi\.json'/);
});

test('the link to the next posts of the API leads below the path', async () => {
  for (const path of ['/api/posts', `/api/users/${ann.id}/posts`]) {
    const { headers } = await client.api('GET', path);
    assert.ok(headers.get('link')?.startsWith(`</blog${path}?`), path);
  }
});

test('links that people write to pages of the blog lead below the path', async () => {
  const content = '[one](/posts/1) [two](/blog/posts/2) [away](https://example.net/posts/3)';
  const json = { title: 'Links', content, format: 'markdown' };
  const { body: written } = await client.api<{ id: number }>('POST', '/api/posts', {
    token: ann.token,
    json,
  });
  const links = linksOf(await reader.get(`/posts/${written.id}`));
  for (const link of ['/blog/posts/1', '/blog/posts/2', 'https://example.net/posts/3']) {
    assert.ok(links.includes(link), `${link} in ${links.join()}`);
  }
});

test('a mailed link leads below the path', async () => {
  await client.api('POST', '/api/users/forgot-password', { json: { email: ann.email } });
  let mail: string | undefined;
  while (mail === undefined) [mail] = await mails(server.dataDir);
  assert.ok(mail.includes(`${ADDRESS}/reset-password?token=`));
});

test('a request in the absolute form, as proxies receive it, is understood', async () => {
  const answer = await rawRequest(
    server.url,
    'GET http://example.org/blog/api/posts HTTP/1.1\r\nHost: example.org\r\nConnection: close\r\n\r\n',
  );
  assert.equal(answer.status, 200);
});

test('by http the cookie is for the path, too', async () => {
  await using other = await startServer({ FRONTEND_URL: 'http://localhost:8000/a/b' });
  const bob = await createClient(other.url).person();
  const visitor = createVisitor(other.url);
  const made = await visitor.post('/login', { username: bob.email, password: bob.password });
  assert.match(made.headers.get('set-cookie') ?? '', /^session=[^;]+;.*; Path=\/a\/b;/);
  assert.equal((await visitor.get('/a/b/account')).status, 200);
});

test('a path where the blog has pages of its own stops the start', async (t) => {
  const folder = await temporaryFolder(t);
  const env = { FRONTEND_URL: 'https://example.org/posts/blog', LOG_LEVEL: 'silent' };
  const context = await openContext(readConfig(env, folder));
  t.after(() => context[Symbol.asyncDispose]());
  await assert.rejects(buildApp(context), (error) => {
    assert.ok(error instanceof StartError);
    assert.match(error.message, /^FRONTEND_URL: the blog itself has pages at \/posts;/);
    return true;
  });
});
