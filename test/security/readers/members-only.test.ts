import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openContext } from '../../../src/context.ts';
import { readConfig } from '../../../src/config.ts';
import { StartError } from '../../../src/errors.ts';
import { assertReadersFit } from '../../../src/settings/readers.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { createClient } from '../../support/client.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { createVisitor, linksOf } from '../../support/visitor.ts';
import { giveDraft, someone, SECRET_KEY } from '../people.ts';
import { startWithRoutes, type Route } from '../routes.ts';

/** In every text that only members may see. */
const SECRET = /Zanzibar|zanzibar/;

const server = await startWithRoutes({ SECRET_KEY });
after(() => server.stop());
const client = createClient(server.url);
const author = await client.person('Zanzibar');
const member = await someone(server, client);
const file = fileBody(await photo({ width: 300, height: 300 }));
const sent = { token: author.token, body: file, headers: MULTIPART };
const face = await client.api('PATCH', `/api/users/${author.id}/picture`, sent);
const picture = await client.api('POST', '/api/pictures', sent);
const content = `Zanzibar ${String(picture.body['markdown'])}`;
const json = { title: 'Zanzibar', content, format: 'markdown', tags: ['Zanzibar', 'Island'] };
const post = await client.api('POST', '/api/posts', { token: author.token, json });
const draft = await giveDraft(server.context, author as never);
await client.api('POST', `/api/posts/${String(post.body['id'])}/comments`, {
  token: author.token,
  json: { content: 'Zanzibar, again' },
});
const jpeg = (picture.body['urls'] as Record<string, string>)['jpeg'] ?? '';
const files = [String(face.body['image_path']), new URL(jpeg, server.url).pathname];

/** Every address of each route that reads, with the numbers of what there is, and one of nothing. */
const addresses = server.routes
  .filter(({ method }) => method === 'GET')
  .flatMap((route) => addressesOf(route));

function addressesOf({ url }: Route): string[] {
  if (url === '/media/*') return [...files, '/media/posts/unknown.jpg'];
  if (url === '/static/*') return ['/static/favicon.svg'];
  const ids = { user: author.id, post: post.body['id'], draft, picture: picture.body['id'] };
  const named = Object.entries(ids).reduce(
    (path, [name, id]) => path.replace(`:${name}_id`, String(id)),
    url,
  );
  return [
    named.replace(':tag', 'island').replaceAll(/:\w+/g, '1'),
    url.replaceAll(/:\w+/g, '999999'),
  ];
}

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(server.url + path, { method, headers, redirect: 'manual' });

const setReaders = (to: string) => changeSetting(server.context, 'readers', to);

/** Pages and files that show nothing of the blog beside its name. */
const OPEN =
  /^\/(?:login|register|forgot-password|reset-password|confirm-email|owner|join|help|static|favicon|manifest|robots|health|metrics|feeds|drafts\/shared)/;

test('an open blog shows the texts that are searched for below', async () => {
  await setReaders('everyone');
  for (const path of ['/', `/posts/${String(post.body['id'])}`, '/api/posts']) {
    assert.match(await (await ask(path)).text(), SECRET, path);
  }
  for (const path of files) assert.equal((await ask(path)).status, 200, path);
  assert.match(await (await ask('/robots.txt')).text(), /^Sitemap: /m);
});

test('strangers see nothing of a blog for members, whatever they ask for', async () => {
  const tags = new Map<string, string>();
  for (const path of addresses) tags.set(path, (await ask(path)).headers.get('etag') ?? '');
  await setReaders('members');
  for (const path of [...addresses, '/nowhere', `/posts/${String(post.body['id'])}/`]) {
    for (const method of ['GET', 'HEAD']) {
      for (const more of [{}, { range: 'bytes=0-9' }, { 'if-none-match': tags.get(path) ?? '*' }]) {
        const answer = await ask(path, { ...more, authorization: 'Bearer forged' }, method);
        const text = await answer.text();
        const about = `${method} ${path}: ${answer.status} ${text.slice(0, 200)}`;
        assert.doesNotMatch(text, SECRET, about);
        assert.doesNotMatch(JSON.stringify([...answer.headers]), SECRET, about);
        if (OPEN.test(path)) continue;
        if (/^\/(?:media|pictures)\//.test(path)) assert.equal(answer.status, 404, about);
        else if (path.startsWith('/api')) assert.equal(answer.status, 401, about);
        else {
          assert.equal(answer.status, 303, about);
          assert.match(answer.headers.get('location') ?? '', /^\/login\?next=/, about);
        }
      }
    }
  }
  assert.equal(await (await ask('/robots.txt')).text(), 'User-agent: *\nDisallow: /\n');
  const list = await client.api('GET', '/api/posts');
  assert.deepEqual(list.body, { detail: 'Not authenticated' });
  assert.equal(list.headers.get('www-authenticate'), 'Bearer');
});

test('strangers can still come in: register, log in, ask for a new password', async () => {
  await setReaders('members');
  const { email, password, token } = await client.person();
  assert.equal((await client.api('GET', '/api/posts', { token })).status, 200);
  const visitor = createVisitor(server.url);
  const led = await visitor.get('/posts/1?x=y');
  assert.equal(led.location, '/login?next=%2Fposts%2F1%3Fx%3Dy');
  await visitor.signIn({ email, password });
  assert.equal((await visitor.get('/')).status, 200);
  const forgot = { json: { email } };
  assert.equal((await client.api('POST', '/api/users/forgot-password', forgot)).status, 202);
});

test('no form tells a stranger, or somebody who waits, what it is about', async () => {
  await setReaders('members');
  const waiting = await someone(server, client);
  const { db } = server.context;
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', waiting.id).execute();
  const comment = await db.selectFrom('comments').select('id').executeTakeFirstOrThrow();
  const forms = server.routes
    .filter(({ method, url }) => method === 'POST' && !/^\/(?:account|logout)/.test(url))
    .flatMap((route) => addressesOf(route));
  for (const headers of [{}, { cookie: waiting.cookie }]) {
    for (const path of forms) {
      for (const form of ['', `parent_id=${comment.id}`, 'content=Hello&reason=None']) {
        const answer = await fetch(server.url + path, {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
          body: form,
          redirect: 'manual',
        });
        const text = `${await answer.text()} ${JSON.stringify([...answer.headers])}`;
        assert.doesNotMatch(text, SECRET, `POST ${path} ${form}: ${answer.status}`);
      }
    }
  }
  assert.equal((await waiting.browser.post('/logout')).status, 303);
});

test('the pages that strangers see lead to nothing that they cannot read', async () => {
  const visitor = createVisitor(server.url);
  const waiting = await someone(server, client);
  const { db } = server.context;
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', waiting.id).execute();
  const reading = ['/tags', '/archive', '/people', '/follow', '/docs'];
  for (const readers of ['everyone', 'members']) {
    await setReaders(readers);
    const closed = readers === 'members';
    const pages = [await visitor.get('/login'), await waiting.browser.get('/')];
    for (const page of pages) {
      assert.equal(page.text.includes('action="/search"'), !closed);
      const links = linksOf(page);
      assert.deepEqual(
        reading.filter((path) => links.includes(path)),
        closed ? [] : reading,
      );
    }
    const [login] = pages;
    assert.equal(login?.text.includes('This blog is for its members.'), closed);
  }
  const refused = await waiting.browser.get('/');
  assert.equal(refused.status, 403);
  assert.match(refused.text, /<h1>Waiting for approval<\/h1>/);
  assert.ok(linksOf(await member.browser.get('/')).includes('/tags'));
});

test('members see everything, and no cache keeps it for others', async () => {
  await setReaders('members');
  const { cookie, token } = member;
  assert.match(await (await ask('/', { cookie })).text(), SECRET);
  const authorization = `Bearer ${token}`;
  assert.match(await (await ask('/api/posts', { authorization })).text(), SECRET);
  for (const path of files) {
    for (const headers of [{ cookie }, { authorization }]) {
      const answer = await ask(path, headers);
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers.get('cache-control'), 'private, max-age=3600');
    }
    assert.equal((await ask(path)).status, 404, path);
  }
  await setReaders('everyone');
  const open = await ask(files[0] ?? '');
  assert.match(open.headers.get('cache-control') ?? '', /immutable/);
});

test('people who are not members any more are refused with the next request', async () => {
  await setReaders('members');
  const { db } = server.context;
  const { cookie, token, id } = await someone(server, client);
  const asks = [
    () => ask('/', { cookie }),
    () => ask('/api/posts', { authorization: `Bearer ${token}` }),
    () => ask(files[0] ?? '', { cookie }),
  ];
  for (const again of asks) assert.equal((await again()).status, 200);
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', id).execute();
  const [page, list, picture] = await Promise.all(asks.map((again) => again()));
  assert.deepEqual([page?.status, list?.status, picture?.status], [403, 403, 404]);
  assert.doesNotMatch((await page?.text()) ?? '', SECRET);
  // Their own account stays in their hands.
  assert.equal((await ask('/account', { cookie })).status, 200);
  assert.match(await (await ask('/waiting', { cookie })).text(), /Waiting for approval/);
});

test('a blog for members has no pictures on a host that is open to everybody', async (t) => {
  const variables = {
    DATA_DIR: await temporaryFolder(t),
    SECRET_KEY,
    MEDIA_BASE_URL: 'https://cdn.example.com',
    LOG_LEVEL: 'silent',
  };
  await using ctx = await openContext(readConfig(variables));
  await assert.rejects(changeSetting(ctx, 'readers', 'members'), /cannot have MEDIA_BASE_URL/);
  await assertReadersFit(ctx);
  // Set before the variable was.
  const row = { name: 'readers', value: 'members', updated_at: 1 };
  await ctx.db.insertInto('settings').values(row).execute();
  await assert.rejects(assertReadersFit(ctx), (error) => {
    assert.ok(error instanceof StartError);
    assert.match(error.message, /Remove MEDIA_BASE_URL, or run: masthead setting readers everyone/);
    return true;
  });
});
