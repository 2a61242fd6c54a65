import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XmlDocument } from 'libxml2-wasm';
import { POSTS_A_FILE } from '../../../src/feeds/sitemap.service.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, linksOf } from '../../support/visitor.ts';

const BLOG = 'https://ink.example/blog';
const { server, client } = await openBlog({ FRONTEND_URL: BLOG });
const ann = await client.person('Ann');
const visitor = createVisitor(server.url);
const { db } = server.context;

const NAMESPACE = { s: 'http://www.sitemaps.org/schemas/sitemap/0.9' };

async function valuesIn(path: string, name: string): Promise<string[]> {
  const { status, text, headers } = await visitor.get(path);
  assert.equal(status, 200, text);
  assert.equal(headers.get('content-type'), 'application/xml; charset=utf-8');
  return XmlDocument.fromString(text)
    .find(`//s:${name}`, NAMESPACE)
    .map((node) => node.content);
}
const addressesIn = (path: string) => valuesIn(path, 'loc');

test('an empty blog has a sitemap without files', async () => {
  assert.deepEqual(await addressesIn('/sitemap.xml'), []);
  assert.equal((await visitor.get('/sitemap-1.xml')).status, 404);
});

test('a sitemap has every post that everybody may read, in files of a range of ids', async () => {
  const { id, date_posted } = await client.post(ann.token, 'Żurek & co');
  const hidden = await client.post(ann.token, 'Hidden');
  const row = { user_id: ann.id, content: '-', date_posted: 0 };
  const many = Array.from({ length: 1200 }, (_, index) => ({
    ...row,
    title: `Far ${index}`,
    id: POSTS_A_FILE + 1 + index,
  }));
  for (const part of [many.slice(0, 600), many.slice(600)]) {
    await db.insertInto('posts').values(part).execute();
  }
  await db.updateTable('posts').set({ state: 'unpublished' }).where('id', '=', hidden.id).execute();

  assert.deepEqual(await addressesIn('/sitemap.xml'), [
    `${BLOG}/sitemap-1.xml`,
    `${BLOG}/sitemap-2.xml`,
  ]);
  assert.deepEqual(await addressesIn('/sitemap-1.xml'), [
    `${BLOG}/posts/${id}-${encodeURIComponent('żurek')}-co`,
  ]);
  assert.deepEqual(await valuesIn('/sitemap-1.xml', 'lastmod'), [
    date_posted.replace(/\d{3}Z$/, 'Z'),
  ]);
  const far = await addressesIn('/sitemap-2.xml');
  assert.deepEqual(
    far,
    many.map((post) => `${BLOG}/posts/${post.id}-${post.title.toLowerCase().replace(' ', '-')}`),
  );
  for (const path of ['/sitemap-0.xml', '/sitemap-3.xml', '/sitemap-x.xml', '/sitemap-1']) {
    assert.match(String((await visitor.get(path)).status), /404|422/, path);
  }
});

test('a crawler that has a file of the sitemap is told that it is the same, until a post changes', async () => {
  const { id } = await client.post(ann.token, 'Changes');
  // A sequence of PostgreSQL does not see ids that were given by hand.
  const file = Math.ceil(id / POSTS_A_FILE);
  const path = `/sitemap-${file}.xml`;
  for (const at of ['/sitemap.xml', path]) {
    const first = await visitor.get(at);
    const etag = first.headers.get('etag') ?? '';
    const head = await visitor.ask('HEAD', at);
    assert.deepEqual([head.status, head.text, head.headers.get('etag')], [200, '', etag]);
    for (const method of ['GET', 'HEAD']) {
      const same = await visitor.ask(method, at, { headers: { 'if-none-match': etag } });
      assert.deepEqual([same.status, same.text, same.headers.get('etag')], [304, '', etag]);
    }
    assert.equal((await visitor.get(at, { 'if-none-match': 'W/"other"' })).status, 200);
  }
  const before = (await visitor.get(path)).headers.get('etag') ?? '';
  const token = ann.token;
  await client.api('PATCH', `/api/posts/${id}`, { token, json: { title: 'Has changed' } });
  const changed = await visitor.get(path, { 'if-none-match': before });
  assert.equal(changed.status, 200);
  assert.match(changed.text, /has-changed/);
  assert.notEqual(changed.headers.get('etag'), before);
  assert.notEqual(
    (await visitor.get(`/sitemap-${3 - file}.xml`)).headers.get('etag'),
    changed.headers.get('etag'),
  );
});

test('a blog for members has no sitemap', async () => {
  const member = createVisitor(server.url);
  await member.signIn(ann);
  await changeSetting(server.context, 'readers', 'members');
  for (const path of ['/sitemap.xml', '/sitemap-1.xml']) {
    assert.equal((await member.get(path)).status, 404);
    assert.equal((await visitor.get(path)).status, 303);
  }
  assert.equal((await member.get('/')).status, 200);
  await changeSetting(server.context, 'readers', 'everyone');
});

test('robots.txt names the sitemap', async () => {
  const { status, text, headers } = await visitor.get('/robots.txt');
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'text/plain; charset=utf-8');
  assert.match(text, /^Sitemap: https:\/\/ink\.example\/blog\/sitemap\.xml$/m);
  assert.match(text, /^Disallow: \/blog\/api\/$/m);
});

test('pages name their feeds, and every page leads to the one that explains them', async () => {
  const feeds = (text: string) =>
    [...text.matchAll(/<link rel="alternate" type="([^"]*)" title="([^"]*)" href="([^"]*)">/g)].map(
      ([, ...found]) => found,
    );
  const blog = [
    ['application/atom+xml', 'Masthead', '/blog/feed.atom'],
    ['application/feed+json', 'Masthead', '/blog/feed.json'],
  ];
  const own = `/blog/users/${ann.id}`;
  const home = await visitor.get('/');
  assert.deepEqual(feeds(home.text), blog);
  const person = await visitor.get(`/users/${ann.id}/posts?limit=3`);
  assert.deepEqual(feeds(person.text), [
    ['application/atom+xml', 'Masthead - Ann&#39;s Posts', `${own}/feed.atom`],
    ['application/feed+json', 'Masthead - Ann&#39;s Posts', `${own}/feed.json`],
    ...blog,
  ]);
  assert.deepEqual(feeds((await visitor.get('/login')).text), []);
  assert.ok(linksOf(await visitor.get('/login')).includes('/blog/follow'));
  assert.ok(linksOf(person).includes(`${own}/follow`));

  const follow = await visitor.get('/follow');
  assert.equal(follow.status, 200);
  for (const [, , path = ''] of blog) {
    assert.ok(linksOf(follow).includes(path));
    assert.ok(follow.text.includes(`>https://ink.example${path}</a>`));
    assert.equal((await visitor.get(path)).status, 200);
  }
  const followAnn = await visitor.get(`${own}/follow`);
  assert.ok(linksOf(followAnn).includes(`${own}/feed.atom`));
  assert.match(followAnn.text, /<h1>Follow <bdi>Ann<\/bdi><\/h1>/);
  assert.equal((await visitor.get('/users/999/follow')).status, 404);
});
