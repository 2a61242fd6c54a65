import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, linksOf } from '../../support/visitor.ts';

const { server, client } = await openBlog({ POSTS_PER_PAGE: '2' });
const { db } = server.context;
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const eve = await client.person('Eve');
const stranger = createVisitor(server.url);
const member = createVisitor(server.url);
await member.signIn(bob);
const author = createVisitor(server.url);
await author.signIn(ann);

interface Given {
  by: typeof ann;
  tags?: string[];
  state?: 'published' | 'hidden' | 'unpublished';
  audience?: 'blog' | 'members';
}

/** A post at a time, with its title from it. */
async function write(time: string, { by, tags = [], state, audience = 'blog' }: Given) {
  const json = { title: `At ${time}`, content: 'Text', audience };
  const { body } = await client.api<{ id: number }>('POST', '/api/posts', {
    token: by.token,
    json,
  });
  const moved = await db
    .selectFrom('posts')
    .selectAll()
    .where('id', '=', body.id)
    .executeTakeFirstOrThrow();
  await db.deleteFrom('posts').where('id', '=', body.id).execute();
  const date_posted = Date.parse(time) * 1000;
  await db
    .insertInto('posts')
    .values({ ...moved, date_posted, ...(state && { state }) })
    .execute();
  await client.api('PATCH', `/api/posts/${body.id}`, { token: by.token, json: { tags } });
}

await write('2025-12-31T23:59:59.999Z', { by: ann, tags: ['Soup'] });
await write('2026-01-01T00:00:00.000Z', { by: ann });
await write('2026-01-10T00:00:00.000Z', { by: ann, tags: ['Soup'] });
await write('2026-01-31T23:59:59.999Z', { by: ann, tags: ['Soup'] });
await write('2026-01-15T00:00:00.000Z', { by: bob, tags: ['Soup'] });
await write('2026-02-01T00:00:00.000Z', { by: bob, tags: ['C++'] });
await write('2026-03-01T00:00:00.000Z', { by: ann, tags: ['Soup'], audience: 'members' });
await write('2026-01-20T00:00:00.000Z', { by: ann, tags: ['Soup'], audience: 'members' });
await write('2026-04-01T00:00:00.000Z', { by: ann, tags: ['Soup'], state: 'hidden' });
await write('2026-01-25T00:00:00.000Z', { by: ann, tags: ['Soup'], state: 'hidden' });
await write('2026-05-01T00:00:00.000Z', { by: ann, tags: ['Soup'], state: 'unpublished' });
await write('2026-06-01T00:00:00.000Z', { by: bob, tags: ['Inner'], audience: 'members' });

const counts = (text: string, path: string) =>
  [...text.matchAll(/href="([^"]*\/archive\/\d+\/\d+)"><span>\w+<\/span><span class="meta">(\d+)/g)]
    .filter(([, address = '']) => address.startsWith(path))
    .map(([, address = '', count]) => `${address.slice(`${path}/archive/`.length)}: ${count}`);
const titles = (text: string) =>
  [...text.matchAll(/>At ([^<]+)<\/a><\/h2>/g)].map(([, title = '']) => title.slice(0, 10));

const ANN = `/users/${ann.id}`;

test("a person's archive has their posts of each month and year, as far as one may read them", async () => {
  const { text, status } = await stranger.get(`${ANN}/archive`);
  assert.equal(status, 200);
  assert.deepEqual(counts(text, ANN), ['2026/01: 3', '2025/12: 1']);
  assert.match(text, /2026 <span class="meta">3 posts<.*2025 <span class="meta">1 post</s);
  for (const reader of [member, author]) {
    const seen = await reader.get(`${ANN}/archive`);
    assert.deepEqual(counts(seen.text, ANN), ['2026/03: 1', '2026/01: 4', '2025/12: 1']);
  }
  await db.updateTable('users').set({ role: 'editor' }).where('id', '=', eve.id).execute();
  const editor = createVisitor(server.url);
  await editor.signIn(eve);
  const seen = await editor.get(`${ANN}/archive`);
  assert.deepEqual(counts(seen.text, ANN), ['2026/03: 1', '2026/01: 4', '2025/12: 1']);
});

test("a tag's archive likewise", async () => {
  const { text } = await stranger.get('/tags/soup/archive');
  assert.deepEqual(counts(text, '/tags/soup'), ['2026/01: 3', '2025/12: 1']);
  const seen = await member.get('/tags/soup/archive');
  assert.deepEqual(counts(seen.text, '/tags/soup'), ['2026/03: 1', '2026/01: 4', '2025/12: 1']);
  const odd = await stranger.get('/tags/c%2B%2B/archive');
  assert.deepEqual(counts(odd.text, '/tags/c%2B%2B'), ['2026/02: 1']);
});

test('a month lists the posts of the person or tag alone, page by page, and links to their other months', async () => {
  for (const [path, expected] of [
    [ANN, ['2026-01-31', '2026-01-10', '2026-01-01']],
    ['/tags/soup', ['2026-01-31', '2026-01-15', '2026-01-10']],
  ] as const) {
    const first = await stranger.get(`${path}/archive/2026/01`);
    assert.match(first.text, /<h1>January 2026<\/h1>\s*<p class="meta">3 posts</);
    assert.ok(linksOf(first).includes(`${path}/archive/2025/12`), path);
    assert.ok(!linksOf(first).includes(`${path}/archive/2026/03`), path);
    assert.match(first.text, new RegExp(`rel="canonical" href="[^"]*${path}/archive/2026/01"`));
    const next = linksOf(first).find((link) => link.includes('cursor=')) ?? '';
    assert.ok(next.startsWith(`${path}/archive/2026/01?`), next);
    const second = await stranger.get(next);
    assert.deepEqual([...titles(first.text), ...titles(second.text)], expected);
    assert.doesNotMatch(second.text, /Load More/);
  }
  const seen = await member.get(`${ANN}/archive/2026/03`);
  assert.deepEqual(titles(seen.text), ['2026-03-01']);
});

test('their pages lead to their archives', async () => {
  for (const path of [`${ANN}/posts`, '/tags/soup']) {
    const archive = linksOf(await stranger.get(path)).find((link) => link.endsWith('/archive'));
    const { text, status } = await stranger.get(archive ?? assert.fail(path));
    assert.equal(status, 200);
    assert.match(text, new RegExp(`<h1>Archive: <a class="all" href="${path}">`));
  }
});

test('a month without posts that one may read is not there, whatever else it has', async () => {
  const none = [
    `${ANN}/archive/2026/03`,
    `${ANN}/archive/2026/04`,
    `${ANN}/archive/2026/05`,
    `${ANN}/archive/2026/02`,
    `${ANN}/archive/2026/13`,
    '/tags/soup/archive/2026/03',
    '/tags/soup/archive/2026/04',
    '/tags/inner/archive',
    '/tags/inner/archive/2026/06',
    '/tags/nowhere/archive',
    '/users/99/archive',
    '/users/99/archive/2026/01',
  ];
  for (const path of none) assert.equal((await stranger.get(path)).status, 404, path);
  assert.equal((await member.get('/tags/inner/archive')).status, 200);
  assert.equal((await author.get(`${ANN}/archive/2026/04`)).status, 404);
  const { text, status } = await stranger.get(`/users/${eve.id}/archive`);
  assert.equal(status, 200);
  assert.match(text, /There are no posts here yet\./);
});

test('a month of very many posts is counted to fifty', async () => {
  const begin = Date.parse('2024-05-01') * 1000;
  const ids = await db
    .insertInto('posts')
    .values(
      Array.from({ length: 51 }, (_, nth) => ({
        user_id: eve.id,
        title: `Post ${nth}`,
        content: 'Text',
        date_posted: begin + nth,
      })),
    )
    .returning('id')
    .execute();
  const { id: tag_id } = await db
    .insertInto('tags')
    .values({ name: 'Often', key: 'often' })
    .returning('id')
    .executeTakeFirstOrThrow();
  const tagged = { tag_id, place: 0, state: 'published', members_only: 0 } as const;
  await db
    .insertInto('post_tags')
    .values(ids.map(({ id }, nth) => ({ post_id: id, date_posted: begin + nth, ...tagged })))
    .execute();
  const shown = async (page: string) => {
    const { status, text } = await stranger.get(page);
    assert.equal(status, 200, text);
    return text;
  };
  const paths = [`/users/${eve.id}/archive`, '/tags/often/archive'];
  for (const path of paths) {
    assert.match(await shown(path), /2024 <span class="meta">50\+ posts</);
    assert.match(await shown(path), /May<\/span><span class="meta">50\+</);
    assert.match(await shown(`${path}/2024/05`), /<p class="meta">50\+ posts</);
  }
  assert.match(await shown('/archive/2024/05'), /<p class="meta">51 posts</);

  await db.deleteFrom('posts').where('date_posted', '=', begin).execute();
  for (const path of paths) {
    assert.match(await shown(path), /2024 <span class="meta">50 posts</);
    assert.match(await shown(path), /May<\/span><span class="meta">50</);
  }
});
