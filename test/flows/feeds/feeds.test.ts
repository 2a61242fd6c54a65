import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFeed } from '@rowanmanning/feed-parser';
import fc from 'fast-check';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import type { User } from '../../support/client.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor } from '../../support/visitor.ts';
import { openFeeds, BLOG, xmlOf } from '../../support/flows/feeds.ts';

const { server, client, ann, visitor, read, idsOf, clear } = await openFeeds();

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
