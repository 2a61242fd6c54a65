import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, linksOf } from '../../support/visitor.ts';

const { server, client } = await openBlog({ POSTS_PER_PAGE: '2' });
const { db } = server.context;
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const stranger = createVisitor(server.url);
const member = createVisitor(server.url);
await member.signIn(bob);

/** Each with its time, oldest first. */
const TIMES = [
  '2025-12-31T23:59:59.999Z',
  '2026-01-01T00:00:00.000Z',
  '2026-01-31T23:59:59.999Z',
  '2026-02-01T00:00:00.000Z',
  '2026-02-14T12:00:00.000Z',
  '2026-02-28T23:59:59.999Z',
  '2026-03-01T00:00:00.000Z',
];
for (const [at, time] of TIMES.entries()) {
  const { id } = await client.post(at % 2 ? ann.token : bob.token, `At ${time}`);
  await db.deleteFrom('posts').where('id', '=', id).execute();
  const row = { id, user_id: at % 2 ? ann.id : bob.id, title: `At ${time}`, content: 'Text' };
  await db
    .insertInto('posts')
    .values({ ...row, date_posted: Date.parse(time) * 1000 })
    .execute();
}

const counts = (text: string) =>
  [
    ...text.matchAll(/href="\/archive\/(\d{4}\/\d{2})"><span>\w+<\/span><span class="meta">(\d+)/g),
  ].map(([, month, count]) => `${month}: ${count}`);
const titles = (text: string) =>
  [...text.matchAll(/>(At [^<]+)<\/a><\/h2>/g)].map(([, title]) => title);

test('the archive has the number of posts of each month and year', async () => {
  const { text, status } = await stranger.get('/archive');
  assert.equal(status, 200);
  assert.deepEqual(counts(text), ['2026/03: 1', '2026/02: 3', '2026/01: 2', '2025/12: 1']);
  assert.match(text, /2026 <span class="meta">6 posts<.*2025 <span class="meta">1 post</s);
  assert.ok(linksOf(await stranger.get('/')).includes('/archive'));
});

test('a month has its own posts, page by page, and links to the months beside it', async () => {
  const first = await stranger.get('/archive/2026/02');
  assert.deepEqual(titles(first.text), [`At ${TIMES[5]}`, `At ${TIMES[4]}`]);
  assert.match(first.text, /<h1>February 2026<\/h1>\s*<p class="meta">3 posts</);
  assert.match(
    first.text,
    /rel="prev" href="\/archive\/2026\/01">.*rel="next" href="\/archive\/2026\/03"/s,
  );
  assert.match(first.text, /rel="canonical" href="[^"]*\/archive\/2026\/02"/);
  const next = linksOf(first).find((link) => link.includes('cursor=')) ?? '';
  const second = await stranger.get(next);
  assert.deepEqual(titles(second.text), [`At ${TIMES[3]}`]);
  assert.doesNotMatch(second.text, /Load More/);
  // Without a cursor, as from "Newer Posts".
  assert.deepEqual(titles((await stranger.get('/archive/2026/02?skip=2&limit=2')).text), [
    `At ${TIMES[3]}`,
  ]);
  assert.deepEqual(titles((await stranger.get('/archive/2025/12')).text), [`At ${TIMES[0]}`]);
});

test('a month without posts and anything that is not a month are not found', async () => {
  const none = ['2024/01', '2026/04', '0000/01', '2026/13', '2026/00', '20260/1', '2025/101'];
  for (const month of none) {
    assert.equal((await stranger.get(`/archive/${month}`)).status, 404, month);
  }
});

test('what somebody may not read is neither listed nor counted', async () => {
  const { id } = await client.post(ann.token, 'Secret');
  const at = Date.parse('2020-05-05T00:00:00Z') * 1000;
  await db.deleteFrom('posts').where('id', '=', id).execute();
  const row = { id, user_id: ann.id, title: 'Secret', content: 'Text', date_posted: at };
  await db
    .insertInto('posts')
    .values({ ...row, audience: 'members', members_only: 1 })
    .execute();
  assert.doesNotMatch((await stranger.get('/archive')).text, /2020/);
  const hidden = await stranger.get('/archive/2020/05');
  const none = await stranger.get('/archive/2020/06');
  assert.deepEqual([hidden.status, none.status], [404, 404]);
  assert.equal(
    hidden.text,
    none.text.replaceAll('2020/06', '2020/05').replaceAll('2020%2F06', '2020%2F05'),
  );
  assert.ok(counts((await member.get('/archive')).text).includes('2020/05: 1'));
  assert.match((await member.get('/archive/2020/05')).text, /Secret/);
  await db.updateTable('posts').set({ state: 'unpublished' }).where('id', '=', id).execute();
  assert.doesNotMatch((await member.get('/archive')).text, /2020/);
  assert.equal((await member.get('/archive/2020/05')).status, 404);
});
