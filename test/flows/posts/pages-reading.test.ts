import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, linksOf, titleOf, type Visitor } from '../../support/visitor.ts';

/** Ids, oldest first. */
const posts: number[] = [];
const { server, client } = await openBlog({ SITE_NAME: 'The Ink', POSTS_PER_PAGE: '3' });
const ann = await client.person('Ann');
const bob = await client.person('Bob');
for (let number = 1; number <= 8; number += 1) {
  posts.push((await client.post(ann.token, `Post ${number}`, `Text ${number}`)).id);
}
const visitor = createVisitor(server.url);

/** The posts of a page, also those of which only the title is shown. */
const shown = (text: string) =>
  [...text.matchAll(/<(?:article|li)[^>]* data-post="(\d+)"/g)].map(([, id]) => Number(id));

/** Without the cursor, which posts-cursor.test.ts checks. */
const pager = (page: Parameters<typeof linksOf>[0]) =>
  linksOf(page)
    .filter((href) => href.includes('skip='))
    .map((href) => href.replace(/&cursor=[\w.]+$/, ''));

test('titles are the site’s name and the page’s name', async () => {
  const long = await client.post(bob.token, '𝔘'.repeat(49) + 'ab & more', 'x');
  const reader = createVisitor(server.url);
  await reader.signIn(ann);
  const cases: [Visitor, string, string][] = [
    [visitor, '/', 'Home'],
    [visitor, '/posts', 'Home'],
    [visitor, `/posts/${posts[0]}`, 'Post 1'],
    [visitor, `/posts/${long.id}`, '𝔘'.repeat(49) + 'a'],
    [visitor, `/users/${ann.id}/posts`, "Ann's Posts"],
    [visitor, '/login', 'Login'],
    [visitor, '/register', 'Register'],
    [visitor, '/forgot-password', 'Forgot Password'],
    [visitor, '/reset-password', 'Reset Password'],
    [reader, '/account', 'Account'],
    [visitor, '/posts/999999', '404'],
    [visitor, '/posts/abc', '422'],
  ];
  for (const [who, path, title] of cases) {
    assert.equal(titleOf(await who.get(path)), `The Ink - ${title}`, path);
  }
  await client.api('DELETE', `/api/posts/${long.id}`, { token: bob.token });
});

test('home shows the newest posts first, and a link to the older ones until the last', async () => {
  const newest = posts.toReversed();
  for (const path of ['/', '/posts']) {
    const first = await visitor.get(path);
    assert.deepEqual(shown(first.text), newest.slice(0, 3));
    assert.deepEqual(pager(first), ['/?skip=3&limit=3']);
  }
  const second = await visitor.get('/?skip=3&limit=3');
  assert.deepEqual(shown(second.text), newest.slice(3, 6));
  assert.deepEqual(pager(second), ['/?skip=6&limit=3']);
  assert.match(second.text, /href="\/"[^>]* rel="prev">Newer Posts</);
  const last = await visitor.get('/?skip=6&limit=3');
  assert.deepEqual(shown(last.text), newest.slice(6));
  assert.deepEqual(pager(last), ['/?skip=3&limit=3']);
  assert.doesNotMatch(last.text, /Load More Posts/);
});

test('a page past the end is empty but leads back', async () => {
  const page = await visitor.get('/?skip=500&limit=3');
  assert.equal(page.status, 200);
  assert.deepEqual(shown(page.text), []);
  assert.doesNotMatch(page.text, /Load More Posts/);
  const back = await visitor.get(pager(page)[0] ?? '');
  assert.equal(back.status, 200);
});

test('a person’s page has only their posts, with their number', async () => {
  const page = await visitor.get(`/users/${ann.id}/posts`);
  assert.deepEqual(shown(page.text), posts.toReversed().slice(0, 3));
  assert.deepEqual(pager(page), [`/users/${ann.id}/posts?skip=3&limit=3`]);
  assert.match(page.text, /8 posts, here since <time/);
  const none = await visitor.get(`/users/${bob.id}/posts`);
  assert.deepEqual(shown(none.text), []);
  assert.match(none.text, /No posts by this user yet\./);
});

test('limits of the address are those of the API', async () => {
  for (const query of ['skip=-1', 'skip=x', 'limit=0', 'limit=101', 'limit=1.5', 'skip=1e20']) {
    for (const path of ['/', '/posts', `/users/${ann.id}/posts`]) {
      assert.equal((await visitor.get(`${path}?${query}`)).status, 422, `${path}?${query}`);
    }
  }
  assert.equal((await visitor.get('/?skip=0&limit=100&utm_source=x')).status, 200);
});

test('the home page shows 200 characters of a post, then a link to the rest', async () => {
  const exact = await client.post(bob.token, 'Exactly', '🖋'.repeat(200));
  const longer = await client.post(bob.token, 'Longer', '🖋'.repeat(201));
  const home = (await visitor.get('/')).text;
  const article = (id: number) =>
    new RegExp(`<article[^>]* data-post="${id}">[\\s\\S]*?</article>`).exec(home)?.[0] ?? '';
  const length = (id: number) => article(id).match(/🖋/gu)?.length;
  assert.deepEqual([length(exact.id), length(longer.id)], [200, 199]);
  assert.doesNotMatch(article(exact.id), />Continue</);
  assert.match(
    article(longer.id),
    new RegExp(`href="/posts/${longer.id}-longer"[^>]*>Continue</a>`),
  );
  const full = (await visitor.get(`/posts/${longer.id}`)).text;
  assert.equal(/<div class="prose"[\s\S]*?<\/div>/.exec(full)?.[0].match(/🖋/gu)?.length, 201);
  for (const { id } of [exact, longer]) {
    await client.api('DELETE', `/api/posts/${id}`, { token: bob.token });
  }
});

test('only the author is offered to edit and to delete', async () => {
  const path = `/posts/${posts[0]}`;
  const author = createVisitor(server.url);
  const other = createVisitor(server.url);
  await author.signIn(ann);
  await other.signIn(bob);
  for (const link of [`${path}/edit`, `${path}/delete`]) {
    assert.ok(linksOf(await author.get(path)).includes(link));
    assert.ok(!linksOf(await other.get(path)).includes(link));
    assert.ok(!linksOf(await visitor.get(path)).includes(link));
  }
});

test('HEAD answers as GET does, without the page', async () => {
  const signedIn = createVisitor(server.url);
  await signedIn.signIn(ann);
  const same = ['content-type', 'cache-control', 'etag', 'vary', 'location', 'set-cookie'];
  for (const path of ['/', `/posts/${posts[0]}`, '/login', '/account', '/nothing', '/posts/abc']) {
    for (const who of [visitor, signedIn]) {
      const [got, head] = [await who.get(path), await who.ask('HEAD', path)];
      assert.equal(head.status, got.status, path);
      assert.equal(head.text, '');
      for (const name of same) assert.equal(head.headers.get(name), got.headers.get(name), name);
    }
  }
});
