import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { type Answer, type Page, type Person } from '../../support/client.ts';
import { createVisitor, linksOf } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');
for (let n = 0; n < 12; n++) {
  await client.post(ann.token, `Ann ${n}`);
  await client.post(bob.token, `Bob ${n}`);
}
// Many posts of one microsecond, so that a page ends among them.
const { db } = server.context;
await db.updateTable('posts').set({ date_posted: 5 }).where('id', '<', 12).execute();

const ids = (page: Page) => page.posts.map(({ id }) => id);
const remove = (id: number, { token }: Person) =>
  client.api('DELETE', `/api/posts/${id}`, { token });

/** The address in the Link header, if any. */
function nextOf(headers: Headers): string | undefined {
  const link = headers.get('link');
  if (link === null) return undefined;
  return /^<(\/[^>]*)>; rel="next"$/.exec(link)?.[1] ?? assert.fail(link);
}

/** The pages from `path` on, by their links; `between` runs after each. */
async function walk(path: string, between = async (_page: Page) => {}): Promise<Page[]> {
  const pages: Page[] = [];
  for (let at: string | undefined = path; at !== undefined;) {
    const { status, body, headers }: Answer<Page> = await client.api<Page>('GET', at);
    assert.equal(status, 200, at);
    assert.deepEqual(Object.keys(body), ['posts', 'total', 'skip', 'limit', 'has_more']);
    pages.push(body);
    at = nextOf(headers);
    assert.equal(at !== undefined, body.has_more);
    await between(body);
  }
  return pages;
}

for (const [whose, path] of [
  ['everyone', () => '/api/posts'],
  ['one person', () => `/api/users/${ann.id}/posts`],
] as const) {
  test(`the links lead through all posts of ${whose}, as skipping does`, async () => {
    const pages = await walk(`${path()}?limit=5`);
    for (const page of pages) {
      const skipped = await client.api<Page>('GET', `${path()}?limit=5&skip=${page.skip}`);
      assert.deepEqual(page, skipped.body);
    }
    const total = pages[0]?.total ?? 0;
    assert.equal(pages.length, Math.ceil(total / 5));
    assert.equal(new Set(pages.flatMap(ids)).size, total);
  });
}

test('posts written or deleted between pages do not repeat or lose others', async () => {
  const before = (await walk('/api/posts?limit=100')).flatMap(ids);
  const deleted: number[] = [];
  const written: number[] = [];
  const pages = await walk('/api/posts?limit=4', async (page) => {
    written.push((await client.post(bob.token, 'Meanwhile')).id);
    // The post after which the next page begins, and one that was shown.
    for (const { id, user_id } of [page.posts.at(-1), page.posts[0]].flatMap(
      (post) => post ?? [],
    )) {
      await remove(id, user_id === ann.id ? ann : bob);
      deleted.push(id);
    }
  });
  assert.deepEqual(pages.flatMap(ids), before);
  for (const id of written) await remove(id, bob);
  const left = (await walk('/api/posts?limit=100')).flatMap(ids);
  assert.deepEqual(
    left,
    before.filter((id) => !deleted.includes(id)),
  );
});

test('a list that ends with a full page has no link to an empty one', async () => {
  const dan = await client.person();
  for (let n = 0; n < 6; n++) await client.post(dan.token, `Dan ${n}`);
  for (const limit of [2, 3, 6]) {
    const path = `/users/${dan.id}/posts?limit=${limit}`;
    const pages = await walk(`/api${path}`);
    assert.deepEqual(
      pages.map(({ posts, has_more }) => [posts.length, has_more]),
      Array.from({ length: 6 / limit }, (_, n) => [limit, (n + 1) * limit < 6]),
    );
    const skipped = await client.api<Page>('GET', `/api${path}&skip=${6 - limit}`);
    assert.deepEqual([skipped.body.posts.length, skipped.body.has_more], [limit, false]);

    const visitor = createVisitor(server.url);
    let shown = 0;
    for (let at: string | undefined = path; at !== undefined;) {
      const page = await visitor.get(at);
      assert.equal(articles(page.text).length, limit, at);
      shown += limit;
      at = linksOf(page).find((href) => href.includes('cursor='));
    }
    assert.equal(shown, 6);
  }
});

test('a list that fits its page, or is empty, has no link', async () => {
  const cat = await client.person();
  for (const path of [
    '/api/posts?limit=100',
    `/api/users/${cat.id}/posts`,
    '/api/posts?skip=1000',
  ]) {
    const { headers, body } = await client.api<Page>('GET', path);
    assert.deepEqual([headers.get('link'), body.has_more], [null, false], path);
  }
});

test('a cursor behind the end gives an empty page, one before the beginning the first page', async () => {
  const { body: end } = await client.api<Page>('GET', '/api/posts?cursor=-1.1');
  assert.deepEqual([end.posts, end.has_more], [[], false]);
  const { body: start } = await client.api<Page>(
    'GET',
    '/api/posts?cursor=zzzzzzzzzzz.zzzzzzzzzzz',
  );
  assert.deepEqual(start, (await client.api<Page>('GET', '/api/posts')).body);
});

test('an invalid cursor is a 422, on pages too', async () => {
  for (const input of [
    '',
    '1',
    'x y',
    '1.',
    '.1',
    '1.1.1',
    '0x1.-1',
    `${'1'.repeat(12)}.1`,
    '1.1\n',
    '\0.1',
  ]) {
    const query = `cursor=${encodeURIComponent(input)}`;
    for (const path of ['/api/posts', `/api/users/${ann.id}/posts`]) {
      const { status, body } = await client.api<{ detail: Record<string, unknown>[] }>(
        'GET',
        `${path}?${query}&limit=0`,
      );
      assert.equal(status, 422, JSON.stringify(input));
      const [cursor, limit] = body.detail;
      const type = input.includes('\0') ? 'string_unicode' : 'string_pattern_mismatch';
      assert.deepEqual(
        [cursor?.['type'], cursor?.['loc'], cursor?.['input']],
        [type, ['query', 'cursor'], input],
      );
      assert.deepEqual(limit?.['loc'], ['query', 'limit']);
    }
    assert.equal((await createVisitor(server.url).get(`/?${query}`)).status, 422);
  }
});

test('the pages’ links do not repeat or lose posts either', async () => {
  const visitor = createVisitor(server.url);
  for (const path of ['/?limit=5', `/users/${ann.id}/posts?limit=5`]) {
    const whole = await visitor.get(path.replace('=5', '=100'));
    const shown: string[] = [];
    for (let at: string | undefined = path; at !== undefined;) {
      const page = await visitor.get(at);
      assert.equal(page.status, 200, at);
      shown.push(...articles(page.text));
      await client.post(ann.token, 'Meanwhile');
      at = linksOf(page).find((href) => href.includes('cursor='));
    }
    assert.deepEqual(shown, articles(whole.text));
  }
});

const articles = (text: string) =>
  [...text.matchAll(/<(?:article|li)[^>]* data-post="(\d+)"/g)].map(([, id]) => id ?? '');
