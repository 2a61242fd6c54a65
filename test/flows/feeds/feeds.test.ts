import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFeed } from '@rowanmanning/feed-parser';
import fc from 'fast-check';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import { XmlDocument } from 'libxml2-wasm';
import { openBlog } from '../../support/blog.ts';
import type { User } from '../../support/client.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { startServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { createVisitor, type Seen } from '../../support/visitor.ts';

const BLOG = 'https://ink.example/blog';
const { server, client } = await openBlog({ FRONTEND_URL: BLOG, SITE_NAME: `Ink & <"Co">` });
const ann = await client.person('Ann & Bob');
const visitor = createVisitor(server.url);
const { db } = server.context;

const ATOM = { a: 'http://www.w3.org/2005/Atom' };

/** Read by a strict parser: throws for what is not well-formed. */
function xmlOf(text: string): { texts: (path: string) => string[] } {
  const document = XmlDocument.fromString(text);
  const texts = (path: string) => document.find(path, ATOM).map((node) => node.content);
  return { texts };
}

async function read(path: string): Promise<Seen> {
  const seen = await visitor.get(path);
  assert.equal(seen.status, 200, seen.text);
  return seen;
}

const idsOf = async (path = '/feed.atom') => xmlOf((await read(path)).text).texts('//a:entry/a:id');

async function clear(): Promise<void> {
  await db.deleteFrom('posts').execute();
}

test('two parsers of feed readers find in both formats what was published, in full', async () => {
  await clear();
  const body = fileBody(await photo({ width: 300, height: 300 }));
  const sent = { token: ann.token, body, headers: MULTIPART };
  const { image_path: face } = (
    await client.api<User>('PATCH', `/api/users/${ann.id}/picture`, sent)
  ).body;
  const source =
    '## Soup <b>\n\n[about](/about#x) [up](#h-soup-b)[^1] http://x.example/a?b&c\n\n[^1]: Hot';
  const json = { title: 'Soup & <i>bread</i>', content: source, format: 'markdown' };
  const { body: post } = await client.api('POST', '/api/posts', { token: ann.token, json });
  const url = `${BLOG}/posts/${Number(post['id'])}-soup-i-bread-i`;
  const date = String(post['date_posted']).replace(/\d{3}Z$/, 'Z');
  const markup = (html: string) => {
    assert.match(html, /^<h3 id="h-soup-b" dir="auto">Soup &lt;b&gt;<\/h3>/);
    assert.ok(html.includes(`<a href="${BLOG}/about#x">about</a>`), html);
    assert.ok(html.includes(`<a href="${url}#h-soup-b">up</a>`), html);
    assert.ok(html.includes(`<a href="${url}#fn1"`), html);
    assert.ok(html.includes('<a href="http://x.example/a?b&amp;c"'), html);
  };

  const { text, headers } = await read('/feed.atom');
  assert.equal(headers.get('content-type'), 'application/atom+xml; charset=utf-8');
  const feed = parseAtomFeed(text);
  assert.equal(feed.title?.value, `Ink & <"Co">`);
  assert.deepEqual(
    feed.links?.map(({ rel, href }) => [rel, href]),
    [
      ['self', `${BLOG}/feed.atom`],
      ['alternate', `${BLOG}/`],
      ['first', `${BLOG}/feed.atom`],
    ],
  );
  const [entry] = feed.entries ?? [];
  assert.equal(entry?.title?.value, 'Soup & <i>bread</i>');
  assert.equal(entry.links?.[0]?.href, url);
  assert.deepEqual([entry.published, entry.updated], [date, date]);
  assert.deepEqual(entry.authors, [{ name: 'Ann & Bob', uri: `${BLOG}/users/${ann.id}/posts` }]);
  markup(xmlOf(text).texts('//a:entry/a:content')[0] ?? '');

  const other = parseFeed(text);
  assert.equal(other.items[0]?.url, url);
  assert.equal(other.items[0]?.id, entry.id);
  // Both resolve references twice, so `&lt;` within the markup is not compared.
  for (const content of [entry.content?.value, other.items[0]?.content]) {
    assert.ok(content?.includes(`<a href="${BLOG}/about#x">about</a>`), content ?? '');
  }

  const answer = await read('/feed.json');
  assert.equal(answer.headers.get('content-type'), 'application/feed+json; charset=utf-8');
  const parsed = parseJsonFeed(answer.text);
  assert.deepEqual([parsed.title, parsed.feed_url], [`Ink & <"Co">`, `${BLOG}/feed.json`]);
  const [item] = parsed.items ?? [];
  assert.deepEqual([item?.id, item?.url, item?.title], [entry.id, url, 'Soup & <i>bread</i>']);
  const avatar = `${BLOG}${face.replace(/^.*\/media/, '/media')}`;
  assert.deepEqual(item?.authors, [
    { name: 'Ann & Bob', url: `${BLOG}/users/${ann.id}/posts`, avatar },
  ]);
  assert.deepEqual([item.date_published, item.date_modified], [date, date]);
  markup(item.content_html ?? '');
});

test('titles, texts and names of any characters make well-formed XML', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
  const nasty = fc.constantFrom(
    ']]>',
    '<!--',
    '&amp;',
    '\u0008',
    '\uFFFE',
    '\u{1FFFF}',
    '<?xml',
    '\r',
  );
  const any = fc.tuple(text, nasty, text).map((parts) => parts.join('').replaceAll('\0', ''));
  const format = fc.constantFrom('text', 'markdown');
  await fc.assert(
    fc.asyncProperty(any, any, format, async (title, content, written) => {
      await clear();
      const json = { title: Array.from(title).slice(0, 100).join(''), content, format: written };
      const sent = await client.api('POST', '/api/posts', { token: ann.token, json });
      assert.equal(sent.status, 201, sent.text);
      const { text: atom } = await read('/feed.atom');
      const [shown = ''] = xmlOf(atom).texts('//a:entry/a:title');
      const allowed = /[^\t\n\r -\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu;
      if (json.title.trim() !== '') {
        const expected = json.title.replaceAll(allowed, '').replaceAll(/\r\n?/g, '\n');
        assert.ok(shown === expected || shown === 'Untitled', JSON.stringify([shown, expected]));
      }
      assert.ok(parseFeed(atom).items.length === 1);
      assert.equal(parseJsonFeed((await read('/feed.json')).text).items?.length, 1);
    }),
    { numRuns: 60 },
  );
});

test('a feed has 20 entries a page, and its pages have every post once', async () => {
  await clear();
  for (let count = 0; count < 45; count++) await client.post(ann.token, `Post ${count}`);
  const found: string[] = [];
  const pages: number[] = [];
  let next: string | undefined = `${BLOG}/feed.atom`;
  while (next !== undefined && pages.length < 5) {
    const { texts } = xmlOf((await read(next.replace(/^https:\/\/[^/]*/, ''))).text);
    const [self, first] = ['self', 'first'].map(
      (rel) => texts(`/a:feed/a:link[@rel='${rel}']/@href`)[0],
    );
    assert.deepEqual([self, first], [next, `${BLOG}/feed.atom`]);
    const titles = texts('//a:entry/a:title');
    pages.push(titles.length);
    found.push(...titles);
    [next] = texts(`/a:feed/a:link[@rel='next']/@href`);
  }
  assert.deepEqual(pages, [20, 20, 5]);
  assert.deepEqual(
    found,
    Array.from({ length: 45 }, (_, index) => `Post ${44 - index}`),
  );
  const json = parseJsonFeed((await read('/feed.json')).text);
  const second = parseJsonFeed((await read(json.next_url?.slice(19) ?? '')).text);
  assert.equal(second.items?.[0]?.title, 'Post 24');
  assert.equal((await visitor.get('/feed.atom?cursor=..')).status, 422);
});

test('a person’s feed has that person’s posts and is called after them', async () => {
  await clear();
  const bob = await client.person('Bob');
  await client.post(ann.token, 'Of Ann');
  await client.post(bob.token, 'Of Bob');
  const feed = parseAtomFeed((await read(`/users/${bob.id}/feed.atom`)).text);
  assert.deepEqual(
    [feed.title?.value, feed.entries?.map(({ title }) => title?.value)],
    [`Ink & <"Co"> - Posts by Bob`, ['Of Bob']],
  );
  const json = parseJsonFeed((await read(`/users/${bob.id}/feed.json`)).text);
  assert.deepEqual(
    [json.home_page_url, json.authors?.[0]?.name, json.items?.map(({ title }) => title)],
    [`${BLOG}/users/${bob.id}/posts`, 'Bob', ['Of Bob']],
  );
  assert.notEqual(feed.id, parseAtomFeed((await read('/feed.atom')).text).id);
  assert.equal((await visitor.get('/users/999999/feed.atom')).status, 404);
});

test('an entry’s time moves with its published text alone', async () => {
  await clear();
  const { id, date_posted } = await client.post(ann.token, 'First', 'Text');
  const times = async () => {
    const { texts } = xmlOf((await read('/feed.atom')).text);
    return [texts('//a:entry/a:updated')[0], texts('/a:feed/a:updated')[0]];
  };
  const posted = date_posted.replace(/\d{3}Z$/, 'Z');
  assert.deepEqual(await times(), [posted, posted]);
  const patch = (path: string, json: object) =>
    client.api('PATCH', path, { token: ann.token, json });
  await patch(`/api/users/${ann.id}`, { username: 'Ann' });
  await patch(`/api/posts/${id}`, { title: 'First', content: 'Text' });
  await client.api('POST', '/api/drafts', {
    token: ann.token,
    json: { post_id: id, content: 'x' },
  });
  assert.deepEqual(await times(), [posted, posted]);
  await patch(`/api/posts/${id}`, { content: 'Another' });
  const [entry = '', feed] = await times();
  assert.ok(entry > posted, entry);
  assert.equal(feed, entry);
});

test('what is not published is in no feed', async () => {
  await clear();
  const { id } = await client.post(ann.token, 'Now a secret', 'Hidden words');
  assert.equal((await idsOf()).length, 1);
  await client.api('POST', '/api/drafts', { token: ann.token, json: { title: 'Only a draft' } });
  const json = { title: 'A secret of members', content: 'Hidden too', audience: 'members' };
  assert.equal((await client.api('POST', '/api/posts', { token: ann.token, json })).status, 201);
  await db.updateTable('posts').set({ state: 'unpublished' }).where('id', '=', id).execute();
  const author = createVisitor(server.url);
  await author.signIn(ann);
  for (const path of [
    '/feed.atom',
    '/feed.json',
    `/users/${ann.id}/feed.atom`,
    `/users/${ann.id}/feed.json`,
  ]) {
    for (const who of [visitor, author]) {
      const { status, text } = await who.get(path);
      assert.equal(status, 200);
      assert.doesNotMatch(text, /secret|Hidden|draft/);
    }
  }
});

test('a reader who has a feed is told that it is the same, also by HEAD, until it changes', async () => {
  await clear();
  const { id } = await client.post(ann.token, 'One');
  const signedIn = createVisitor(server.url);
  await signedIn.signIn(ann);
  for (const path of ['/feed.atom', '/feed.json', `/users/${ann.id}/feed.atom`]) {
    const { headers } = await read(path);
    const etag = headers.get('etag') ?? '';
    assert.match(headers.get('cache-control') ?? '', /^public, max-age=0, must-revalidate$/);
    assert.equal(headers.get('vary'), 'Accept-Encoding');
    assert.equal(headers.get('set-cookie'), null);
    for (const who of [visitor, signedIn]) {
      for (const method of ['GET', 'HEAD']) {
        const same = await who.ask(method, path, { headers: { 'if-none-match': etag } });
        assert.deepEqual([same.status, same.text], [304, ''], `${method} ${path}`);
      }
      const head = await who.ask('HEAD', path);
      assert.deepEqual([head.status, head.text, head.headers.get('etag')], [200, '', etag]);
      assert.equal(head.headers.get('content-type'), headers.get('content-type'));
    }
    const json = { content: `changed for ${path}` };
    await client.api('PATCH', `/api/posts/${id}`, { token: ann.token, json });
    const changed = await visitor.get(path, { 'if-none-match': etag });
    assert.equal(changed.status, 200);
    assert.match(changed.text, /changed for/);
  }
});

test('a very long text is cut, with a link to the rest', async () => {
  await clear();
  const { id } = await client.post(ann.token, 'Long', 'word '.repeat(100_000));
  const { text } = await read('/feed.atom');
  assert.ok(text.length < 5000, `${text.length}`);
  assert.ok(
    parseFeed(text).items[0]?.content?.endsWith(
      `<p><a href="${BLOG}/posts/${id}-long">Continue</a></p>`,
    ),
  );
});

test('a blog that moves keeps the ids of its entries, and no two blogs have the same', async () => {
  await clear();
  await client.post(ann.token, 'Moves along');
  const [id = ''] = await idsOf();
  assert.match(id, /^tag:ink\.example,\d{4}-\d\d-\d\d:[0-9a-f]{16}\/post\/\d+$/);
  const { database } = server.context.config;
  const same = database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url;
  const moved = await startServer({ DATABASE_URL: same, FRONTEND_URL: 'https://new.example' });
  const other = await startServer({ FRONTEND_URL: BLOG });
  try {
    const there = createVisitor(moved.url);
    const { texts } = xmlOf((await there.get('/feed.atom')).text);
    assert.deepEqual(texts('//a:entry/a:id'), [id]);
    assert.equal(texts('/a:feed/a:link[@rel="self"]/@href')[0], 'https://new.example/feed.atom');
    // Many ask at once for the first feed.
    const asked = Array.from({ length: 10 }, () => createVisitor(other.url).get('/feed.atom'));
    const ids = (await Promise.all(asked)).map(
      ({ text }) => xmlOf(text).texts('/a:feed/a:id')[0] ?? '',
    );
    assert.equal(new Set(ids).size, 1);
    assert.notEqual(ids[0]?.split(':')[2]?.slice(0, 16), id.split(':')[2]?.slice(0, 16));
  } finally {
    await moved.stop();
    await other.stop();
  }
});

test('another node shows a new post and drops a deleted one', async () => {
  await clear();
  const { database } = server.context.config;
  const same = database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url;
  const node = await startServer({ DATABASE_URL: same, FRONTEND_URL: BLOG });
  try {
    const there = createVisitor(node.url);
    const titles = async () =>
      xmlOf((await there.get('/feed.atom')).text).texts('//a:entry/a:title');
    assert.deepEqual(await titles(), []);
    const { id } = await client.post(ann.token, 'New');
    await until('the new post', async () => (await titles()).includes('New') || undefined);
    await client.api('DELETE', `/api/posts/${id}`, { token: ann.token });
    await until('the feed without it', async () => (await titles()).length === 0 || undefined);
  } finally {
    await node.stop();
  }
});
