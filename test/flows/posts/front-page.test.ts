import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Updateable } from 'kysely';
import type { Schema } from '../../../src/db/schema.ts';
import { openBlog } from '../../support/blog.ts';
import type { Person } from '../../support/client.ts';
import { createVisitor, type Visitor } from '../../support/visitor.ts';

const MINUTE = 60_000;
let now = Date.now();
const { server, client } = await openBlog(
  { ACCESS_TOKEN_EXPIRE_MINUTES: '10000' },
  {},
  { clock: () => (now += 1) },
);
const { db } = server.context;
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const stranger = createVisitor(server.url);

const pinned = (text: string) =>
  [...text.matchAll(/data-pinned="(\d+)"/g)].map(([, id]) => Number(id));
const listed = (text: string) =>
  [...text.matchAll(/data-post="(\d+)"/g)].map(([, id]) => Number(id));

async function visitorAs(person: Person): Promise<Visitor> {
  const visitor = createVisitor(server.url);
  await visitor.signIn(person);
  return visitor;
}

async function editor(): Promise<Visitor> {
  const person = await client.person();
  await db.updateTable('users').set({ role: 'editor' }).where('id', '=', person.id).execute();
  return visitorAs(person);
}

const change = (id: number, to: Updateable<Schema['posts']>) =>
  db.updateTable('posts').set(to).where('id', '=', id).execute();

/** Posts of two people in turn, the oldest first; what was there before is deleted. */
async function posts(count: number): Promise<number[]> {
  await db.deleteFrom('posts').execute();
  const ids: number[] = [];
  for (let n = 1; n <= count; n++) {
    const { id } = await client.post(n % 2 ? ann.token : bob.token, `Post ${n}`, `Text ${n}`);
    ids.push(id);
  }
  return ids;
}

test('editors pin posts to the top, the last one first, and the lists of the API do not change', async () => {
  const [one = 0, two = 0, three = 0, four = 0] = await posts(4);
  const visitor = await editor();
  assert.match((await visitor.get(`/posts/${one}`)).text, /Pin to Front Page/);
  for (const id of [one, two])
    assert.equal((await visitor.post(`/posts/${id}/pin`, {})).status, 303);
  const home = await stranger.get('/');
  assert.deepEqual(pinned(home.text), [two, one]);
  assert.deepEqual(listed(home.text), [four, three]);
  const { body } = await client.api<{ posts: { id: number }[] }>('GET', '/api/posts');
  assert.deepEqual(
    body.posts.map(({ id }) => id),
    [four, three, two, one],
  );
  const details = async (id: number) =>
    (await client.api('GET', `/api/posts/${id}/details`)).body['pinned'];
  assert.deepEqual([await details(one), await details(three)], [true, false]);
  // Older pages of the list have them in their place.
  assert.deepEqual(listed((await stranger.get('/?skip=2')).text), [two, one]);
  assert.deepEqual(pinned((await stranger.get('/?skip=2')).text), []);

  assert.match((await visitor.get(`/posts/${one}`)).text, />Unpin</);
  await visitor.post(`/posts/${two}/unpin`, {});
  assert.deepEqual(pinned((await stranger.get('/')).text), [one]);
  const log = (await visitor.get('/admin/log')).text;
  assert.match(log, /post pinned/);
  assert.match(log, /post unpinned/);
});

test('the newest post leads the page, pinned or not', async () => {
  const [one = 0, two = 0] = await posts(2);
  const visitor = await editor();
  for (const id of [one, two]) await visitor.post(`/posts/${id}/pin`, {});
  const { text } = await stranger.get('/');
  assert.match(text, new RegExp(`class="post front" data-post="${two}"`));
  assert.deepEqual([pinned(text), listed(text)], [[one], [two]]);
});

test('there are three at most, also of editors who pin at once, and the fourth is told which', async () => {
  const ids = await posts(5);
  const visitor = await editor();
  const answers = await Promise.all(ids.map((id) => visitor.post(`/posts/${id}/pin`, {})));
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted((a, b) => a - b),
    [303, 303, 303, 409, 409],
  );
  const refused = answers.find(({ status }) => status === 409)?.text ?? '';
  assert.match(refused, /Three posts are pinned already: “Post \d”, “Post \d”, and “Post \d”/);
  assert.equal(refused.match(/action="\/posts\/\d+\/unpin"/g)?.length, 3);
  // One that nobody sees any more gives way.
  const row = await db.selectFrom('pinned_posts').select('post_id').executeTakeFirstOrThrow();
  await change(row.post_id, { state: 'unpublished' });
  const late = ids.find((_, at) => answers[at]?.status === 409) ?? 0;
  assert.equal((await visitor.post(`/posts/${late}/pin`, {})).status, 303);
});

test('a pinned post that somebody may not read leaves no trace for them', async () => {
  const [one = 0, , three = 0] = await posts(3);
  const visitor = await editor();
  await visitor.post(`/posts/${one}/pin`, {});
  const reader = await visitorAs(bob);
  const seen = async (by: Visitor) => {
    const { text } = await by.get('/');
    return [pinned(text).includes(one), /Post 1\b/.test(text), /id="pinned"/.test(text)];
  };
  assert.deepEqual(await seen(stranger), [true, true, true]);
  await change(one, { audience: 'members', members_only: 1 });
  assert.deepEqual(await seen(stranger), [false, false, false]);
  assert.deepEqual(await seen(reader), [true, true, true]);
  for (const state of ['hidden', 'unpublished'] as const) {
    await change(one, { state });
    assert.deepEqual(await seen(stranger), [false, false, false], state);
    assert.deepEqual(await seen(reader), [false, false, false], state);
  }
  await client.api('DELETE', `/api/posts/${three}`, { token: ann.token });
  await db.deleteFrom('posts').where('id', '=', one).execute();
  assert.deepEqual(await db.selectFrom('pinned_posts').selectAll().execute(), []);
});

test('only editors pin', async () => {
  const [one = 0] = await posts(1);
  const author = await visitorAs(ann);
  assert.doesNotMatch((await author.get(`/posts/${one}`)).text, /Pin to Front Page/);
  for (const act of ['pin', 'unpin']) {
    assert.equal((await author.post(`/posts/${one}/${act}`, {})).status, 403);
  }
  assert.equal((await (await editor()).post('/posts/999999/pin', {})).status, 404);
  await change(one, { state: 'hidden' });
  assert.doesNotMatch((await (await editor()).get(`/posts/${one}`)).text, /Pin to Front Page/);
  assert.deepEqual(pinned((await stranger.get('/')).text), []);
});

test('from the third in a row by one person on, posts are titles; on their own page they are not', async () => {
  await posts(1);
  for (let n = 2; n <= 6; n++) await client.post(bob.token, `Post ${n}`, `Text ${n}`);
  for (const path of ['/', '/posts']) {
    const { text } = await stranger.get(path);
    assert.deepEqual(listed(text).length, 6);
    assert.equal(text.match(/<article/g)?.length, 3);
    assert.match(text, /More by <a [^>]*><bdi>Bob<\/bdi>.*Post 4<.*Post 3<.*Post 2<.*<article/s);
    assert.doesNotMatch(text, /Text 4/);
  }
  const own = (await stranger.get(`/users/${bob.id}/posts`)).text;
  assert.equal(own.match(/<article/g)?.length, 5);
});

test('a line is below what is new since the last visit, and stays during this one', async () => {
  const ids = await posts(3);
  const cat = await client.person();
  const visitor = await visitorAs(cat);
  const parts = async (path = '/') =>
    [...(await visitor.get(path)).text.matchAll(/data-post="(\d+)"|class="(seen)/g)].map(
      ([, id, line]) => line ?? ids.indexOf(Number(id)) + 1,
    );
  assert.deepEqual(await parts(), [3, 2, 1], 'nothing on the first visit');
  now += 10 * MINUTE;
  for (const n of [4, 5])
    ids.push((await client.post(n % 2 ? ann.token : bob.token, `Post ${n}`)).id);
  assert.deepEqual(await parts(), [5, 4, 3, 2, 1], 'nor in the middle of it');
  now += 61 * MINUTE;
  assert.deepEqual(await parts(), [5, 4, 3, 2, 1], 'nor if there is nothing new');
  now += 61 * MINUTE;
  for (const n of [6, 7])
    ids.push((await client.post(n % 2 ? ann.token : bob.token, `Post ${n}`)).id);
  now += MINUTE;
  assert.deepEqual(await parts(), [7, 6, 'seen', 5, 4, 3, 2, 1]);
  now += 30 * MINUTE;
  assert.deepEqual(await parts(), [7, 6, 'seen', 5, 4, 3, 2, 1]);
  const next = /href="(\/\?skip=2[^"]*)"/.exec((await visitor.get('/?limit=2')).text)?.[1] ?? '';
  assert.deepEqual((await parts(next.replaceAll('&amp;', '&'))).slice(0, 2), ['seen', 5]);
  assert.doesNotMatch((await stranger.get('/')).text, /class="seen/);
  now += 61 * MINUTE;
  assert.deepEqual(await parts(), [7, 6, 5, 4, 3, 2, 1]);
});

test('a visit is written now and then, and empties no cache', async () => {
  await posts(2);
  const visitor = await visitorAs(await client.person());
  const version = () => server.context.db.selectFrom('data_versions').selectAll().execute();
  const seen = async () =>
    (await db.selectFrom('users').select('seen_at').orderBy('id', 'desc').executeTakeFirst())
      ?.seen_at;
  const before = await version();
  await visitor.get('/');
  const first = await seen();
  assert.ok(first);
  now += 4 * MINUTE;
  await visitor.get('/');
  assert.equal(await seen(), first);
  now += 2 * MINUTE;
  await visitor.get('/');
  assert.ok(((await seen()) ?? 0) > first);
  assert.deepEqual(await version(), before);
});
