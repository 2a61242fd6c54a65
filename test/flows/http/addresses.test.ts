import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import { createVisitor, linksOf, titleOf } from '../../support/visitor.ts';

const BASE = '/blog';
const ORIGIN = 'https://ink.example';
const { server, client } = await openBlog({ FRONTEND_URL: ORIGIN + BASE });
const ann = await client.person('Ann');
const visitor = createVisitor(server.url);
const author = createVisitor(server.url);
await author.signIn(ann);

const canonicalOf = (text: string) => /rel="canonical" href="([^"]*)"/.exec(text)?.[1];

async function newPost(title: string): Promise<number> {
  return (await client.post(ann.token, title)).id;
}

test('a post answers at its number and at its slug, and names the slug as its address', async () => {
  const id = await newPost('Soup rota: Żurek & C++');
  const address = `/posts/${id}-soup-rota-${encodeURIComponent('żurek')}-c`;
  const lower = address.replaceAll(/%../g, (code) => code.toLowerCase());
  const encoded = address.replace('soup', '%73oup');
  for (const path of [`/posts/${id}`, address, lower, encoded, `${address}?done=updated`]) {
    const { status, text } = await visitor.get(BASE + path);
    assert.equal(status, 200, path);
    assert.equal(canonicalOf(text), ORIGIN + BASE + address, path);
    assert.equal((await visitor.ask('HEAD', BASE + path)).status, 200);
  }
  const home = linksOf(await visitor.get(`${BASE}/`));
  assert.ok(home.includes(BASE + address));
  assert.ok(!home.includes(`${BASE}/posts/${id}`));
});

test('a wrong or old slug leads to the current one by path, with its query', async () => {
  const id = await newPost('Old title');
  const old = `${BASE}/posts/${id}-old-title`;
  assert.equal((await visitor.get(old)).status, 200);
  const changed = { token: ann.token, json: { title: 'New title' } };
  await client.api('PATCH', `/api/posts/${id}`, changed);
  const now = `${BASE}/posts/${id}-new-title`;
  for (const who of [visitor, author]) {
    for (const [given, led] of [
      [old, now],
      [`${old}?a=b%26c&d`, `${now}?a=b%26c&d`],
      [`${BASE}/posts/${id}-`, now],
      [`${BASE}/posts/${id}-New-Title`, now],
      [`${BASE}/posts/0${id}-new-title`, now],
      [`${BASE}/posts/${id}%2Dx`, now],
      [`${BASE}/posts/${id}-%ff%00`, now],
      [`${BASE}/posts/${id}-${'x'.repeat(2000)}`, now],
    ] as const) {
      const answer = await who.get(given);
      assert.deepEqual([answer.status, answer.location], [301, led], given);
      // Otherwise a browser would lead back and forth once the old title is the title again.
      assert.equal(answer.headers.get('cache-control'), 'private, no-store');
    }
  }
  await client.api('PATCH', `/api/posts/${id}`, { ...changed, json: { title: 'Old title' } });
  assert.equal((await visitor.get(old)).status, 200);
  assert.equal((await visitor.get(now)).location, old);
});

test('a title without letters has no slug', async () => {
  const id = await newPost('👍 …');
  const { text } = await visitor.get(`/posts/${id}`);
  assert.equal(canonicalOf(text), `${ORIGIN}${BASE}/posts/${id}`);
  assert.equal((await visitor.get(`/posts/${id}-x`)).location, `${BASE}/posts/${id}`);
});

test('who may not read a post is not led to it', async () => {
  const id = await newPost('A secret');
  assert.equal((await visitor.get(`/posts/${id}-a-secret`)).status, 200);
  const { db } = server.context;
  await db.updateTable('posts').set({ state: 'unpublished' }).where('id', '=', id).execute();
  const unknown = await visitor.get('/posts/999999-a-secret');
  assert.equal(unknown.status, 404);
  for (const slug of ['a-secret', 'wrong']) {
    const answer = await visitor.get(`/posts/${id}-${slug}`);
    assert.deepEqual([answer.status, answer.location], [404, '']);
    const path = /next=[^"]*/g;
    assert.equal(answer.text.replaceAll(path, ''), unknown.text.replaceAll(path, ''));
    assert.equal((await author.get(`/posts/${id}-${slug}`)).location, `${BASE}/posts/${id}/edit`);
  }
});

test('only a hyphen may follow the number', async () => {
  const id = await newPost('Plain');
  for (const rest of [
    ').',
    '.html',
    '_plain',
    'x-plain',
    ' -plain',
    '-plain/edit',
    '-plain/delete',
  ]) {
    const answer = await author.get(`/posts/${id}${encodeURI(rest)}`);
    assert.deepEqual([answer.status, titleOf(answer)], [404, 'Masthead - 404'], rest);
  }
  for (const path of ['abc', 'abc-12', `x${id}-plain`]) {
    const { status, text } = await visitor.get(`/posts/${path}`);
    assert.equal(status, 422, path);
    assert.match(text, /Invalid request\. Please check your input and try again\./);
  }
  assert.equal((await visitor.get(`/posts/${id}-plain/`)).status, 307);
  assert.equal((await client.api('GET', `/api/posts/${id}-plain`)).status, 422);
});

const neighboursIn = (text: string) =>
  ['prev', 'next'].map((rel) => new RegExp(`<a rel="${rel}" href="([^"]*)"`).exec(text)?.[1]);

test('a post leads to the ones before and after it that its reader may read', async () => {
  const { db } = server.context;
  await db.deleteFrom('posts').execute();
  const ids: number[] = [];
  for (const title of ['One', 'Two', 'Three', 'Four', 'Five']) ids.push(await newPost(title));
  // Of one microsecond, as from an import.
  await db.updateTable('posts').set({ date_posted: 5 }).execute();
  const address = (index: number, slug: string) => `${BASE}/posts/${ids[index]}-${slug}`;
  const seen = async (index: number, who = visitor) =>
    neighboursIn((await who.get(`/posts/${ids[index]}`)).text);
  assert.deepEqual(await seen(0), [undefined, address(1, 'two')]);
  assert.deepEqual(await seen(2), [address(1, 'two'), address(3, 'four')]);
  assert.deepEqual(await seen(4), [address(3, 'four'), undefined]);
  const json = { audience: 'members' };
  await client.api('PATCH', `/api/posts/${ids[1]}`, { token: ann.token, json });
  await db
    .updateTable('posts')
    .set({ state: 'unpublished' })
    .where('id', '=', ids[3] ?? 0)
    .execute();
  assert.deepEqual(await seen(2), [address(0, 'one'), address(4, 'five')]);
  assert.deepEqual(await seen(2, author), [address(1, 'two'), address(4, 'five')]);
});

test('a post says to programs what it is, in a block that nothing ends early', async () => {
  const title = `</script><script>alert('1')</script> & "x"`;
  const { id, date_posted } = await client.post(ann.token, title, 'Text');
  const { text } = await visitor.get(`/posts/${id}`);
  const [, block = ''] = /<script type="application\/ld\+json">(.*?)<\/script>/s.exec(text) ?? [];
  const url = `${ORIGIN}${BASE}/posts/${id}-script-script-alert-1-script-x`;
  const date = date_posted.replace(/\d{3}Z$/, 'Z');
  assert.deepEqual(JSON.parse(block), {
    '@context': 'https://schema.org',
    '@type': 'BlogPosting',
    headline: title,
    url,
    mainEntityOfPage: url,
    datePublished: date,
    dateModified: date,
    author: { '@type': 'Person', name: 'Ann', url: `${ORIGIN}${BASE}/users/${ann.id}/posts` },
    isPartOf: { '@type': 'Blog', name: 'Masthead', url: `${ORIGIN}${BASE}/` },
  });
  assert.ok(!(await visitor.get('/')).text.includes('ld+json'));
});
