import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { renderMissingTexts } from '../../../src/posts/writing/texts.service.ts';
import { transact } from '../../../src/db/transact.ts';
import { Unavailable } from '../../../src/errors.ts';
import { createSearch } from '../../../src/search/search.service.ts';
import { unpublishPost } from '../../../src/posts/unpublish/unpublish.service.ts';
import { ON_POSTGRESQL } from '../../support/databases/postgres.ts';
import { openBlog } from '../../support/blog.ts';
import { assertError, createClient, type Post } from '../../support/client.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor } from '../../support/visitor.ts';

interface Found {
  posts: Post[];
  more: boolean;
  next: string | null;
}

const { server, client } = await openBlog();
const { db } = server.context;
const ada = await client.person('Ada L');
const bob = await client.person('bob');

function find(q: string, cursor?: string | null) {
  const query = new URLSearchParams({ q, ...(cursor && { cursor }) });
  return client.api<Found>('GET', `/api/search?${query.toString()}`);
}
async function titles(q: string): Promise<string[]> {
  const answer = await find(q);
  assert.equal(answer.status, 200, answer.text);
  return answer.body.posts.map(({ title }) => title);
}

const soup = await client.post(
  ada.token,
  'Soupe à l’oignon',
  'Onions, butter, STRASSE and patience.',
);
await client.post(bob.token, 'Tomato soup', 'Tomatoes and onion. Not for a blue moon.');
await client.post(bob.token, 'クラブ活動', '我喜欢喝汤。 The moon is blue, said by1 and ·by1.');
await client.post(ada.token, 'Blue', 'moon over it');

const LOOKED_FOR: [string, string[]][] = [
  ['onion', ['Tomato soup']],
  ['oni*', ['Tomato soup', 'Soupe à l’oignon']],
  ['soup*', ['Tomato soup', 'Soupe à l’oignon']],
  ['BUTTER straße', ['Soupe à l’oignon']],
  ['a l oignon', ['Soupe à l’oignon']],
  ['"blue moon"', ['Tomato soup']],
  ['moon blue', ['Blue', 'クラブ活動', 'Tomato soup']],
  ['moon -tomato*', ['Blue', 'クラブ活動']],
  ['in:title blue', ['Blue']],
  ['in:title moon', []],
  ['moon -in:title blue', ['Blue', 'クラブ活動', 'Tomato soup']],
  ['クラブ', ['クラブ活動']],
  ['喝汤', ['クラブ活動']],
  ['by:bob', ['クラブ活動', 'Tomato soup']],
  ['by:BOB onion', ['Tomato soup']],
  ['by:"ada l"', ['Blue', 'Soupe à l’oignon']],
  ['moon -by:bob', ['Blue']],
  ['by:bob by:"Ada L"', []],
  ['by:nobody', []],
  ['moon -by:nobody', ['Blue', 'クラブ活動', 'Tomato soup']],
  ['by1', ['クラブ活動']],
  ['" OR *:(^', []],
  ["'; drop table posts; --", []],
  ['onion | butter & ! <->', ['Soupe à l’oignon'].slice(1)],
];
for (const [typed, expected] of LOOKED_FOR) {
  test(`what ${typed} finds`, async () => assert.deepEqual(await titles(typed), expected));
}

test('an answer holds posts as the API gives them', async () => {
  const { body } = await find('butter');
  const { body: post } = await client.api<Post>('GET', `/api/posts/${soup.id}`);
  assert.deepEqual(body, { posts: [post], more: false, next: null });
});

test('a query that is too long or looks for nothing is a 422', async () => {
  for (const [path, type] of [
    ['/api/search', 'missing'],
    ['/api/search?q=', 'value_error'],
    [`/api/search?q=${'x'.repeat(201)}`, 'string_too_long'],
    ['/api/search?q=1+2+3+4+5+6+7+8+9', 'value_error'],
    ['/api/search?q=a&cursor=x', 'string_pattern_mismatch'],
  ] as const) {
    const { status, body } = await client.api<{ detail: { type: string; loc: string[] }[] }>(
      'GET',
      path,
    );
    assert.deepEqual([status, body.detail[0]?.type], [422, type], path);
  }
});

test('pages follow each other without a gap, also while posts come and go', async () => {
  const made: number[] = [];
  for (let n = 0; n < 45; n++) made.push((await client.post(bob.token, `Paged ${n}`, 'paging')).id);
  const first = await find('paging');
  assert.deepEqual([first.body.posts.length, first.body.more], [20, true]);
  await client.post(bob.token, 'Paged later', 'paging');
  await client.api('DELETE', `/api/posts/${first.body.posts.at(-1)?.id}`, { token: bob.token });
  const second = await find('paging', first.body.next);
  const third = await find('paging', second.body.next);
  assert.deepEqual([third.body.posts.length, third.body.more, third.body.next], [5, false, null]);
  const found = [first, second, third].flatMap(({ body }) => body.posts.map(({ id }) => id));
  assert.deepEqual(found, made.toReversed());
});

test('what is not asked for is not counted', async () => {
  const search = createSearch(server.context);
  const [counted, not] = [
    await search.find(null, 'paging'),
    await search.find(null, 'paging', { counted: false }),
  ];
  await search.close();
  assert.deepEqual([counted.total, not.total], [45, undefined]);
  assert.deepEqual([not.posts, not.next], [counted.posts, counted.next]);
});

test('posts are found newest first, whatever their ids, and only once they are indexed', async () => {
  const years = [2000, 1970, 1900, 2100, 1700, 1750, 2250, 2200];
  for (const year of years) {
    const date_posted = Date.UTC(year) * 1000 + 1;
    const post = { user_id: ada.id, title: `${year}`, content: 'dated', date_posted };
    await db.insertInto('posts').values(post).execute();
  }
  assert.deepEqual(await titles('dated'), []);
  await renderMissingTexts(server.context, new AbortController().signal);
  const newestFirst = years.toSorted((a, b) => b - a).map(String);
  assert.deepEqual(await titles('dated'), newestFirst);
});

test('unpublished and deleted posts are not found, from the moment of the answer', async () => {
  const hidden = await client.post(ada.token, 'Hidden', 'unfindable');
  const gone = await client.post(ada.token, 'Gone', 'unfindable');
  const edited = await client.post(ada.token, 'Edited', 'unfindable');
  assert.equal((await titles('unfindable')).length, 3);
  const row = await db
    .selectFrom('users')
    .selectAll()
    .where('id', '=', ada.id)
    .executeTakeFirstOrThrow();
  await unpublishPost(server.context, row, hidden.id, async () => {});
  await client.api('DELETE', `/api/posts/${gone.id}`, { token: ada.token });
  await client.api('PATCH', `/api/posts/${edited.id}`, {
    token: ada.token,
    json: { content: 'x' },
  });
  assert.deepEqual(await titles('unfindable'), []);
  assert.equal((await titles('edited')).length, 1);
  const page = await createVisitor(server.url).get('/search?q=unfindable');
  assert.match(page.text, /No post matches\./);
});

test('posts for members are found by members alone, and counted for nobody else', async () => {
  const json = { title: 'For members', content: 'confidential', audience: 'members' };
  await client.api('POST', '/api/posts', { token: bob.token, json });
  await client.post(bob.token, 'For everyone', 'not confidential');
  const byMember = await client.api<Found>('GET', '/api/search?q=confidential', {
    token: ada.token,
  });
  const all = byMember.body.posts.map(({ title }) => title);
  assert.deepEqual(all, ['For everyone', 'For members']);
  assert.deepEqual(await titles('confidential'), ['For everyone']);
  assert.deepEqual(await titles('in:title members'), []);
  const visitor = createVisitor(server.url);
  assert.match((await visitor.get('/search?q=confidential')).text, /role="status">1 post\./);
  await visitor.signIn(ada);
  assert.match((await visitor.get('/search?q=confidential')).text, /role="status">2 posts, /);
});

test('a search counts for its person or network, and sixty a minute are enough', async () => {
  await using limited = await startServer({ RATE_LIMITS: 'on' });
  const other = createClient(limited.url);
  const { token } = await other.person();
  for (let n = 0; n < 60; n++) {
    const path = n % 2 === 0 ? '/api/search?q=x' : '/search?q=x';
    assert.equal((await other.api('GET', path)).status, 200);
  }
  assertError(await other.api('GET', '/api/search?q=x'), 429, 'Too many requests');
  const page = await other.api('GET', '/search?q=x');
  assert.equal(page.status, 429);
  assert.ok(Number(page.headers.get('retry-after')) > 0);
  assert.equal((await other.api('GET', '/api/search?q=x', { token })).status, 200);
  assert.equal((await other.api('GET', '/search')).status, 200, 'without a query nothing counts');
});

test('more searches at once than may wait are a 503', async () => {
  const search = createSearch(server.context);
  const all = Array.from({ length: 30 }, () => search.find(null, 'moon'));
  const ended = await Promise.allSettled(all);
  await search.close();
  const refused = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  assert.equal(refused.length, 30 - 2 - 16);
  for (const error of refused) assert.ok(error instanceof Unavailable);
});

test('what is not committed is not found, and what a transaction undoes stays found', async () => {
  const { id } = await client.post(ada.token, 'Undone', 'undoing');
  await assert.rejects(
    transact(db, async (trx) => {
      await trx.deleteFrom('posts').where('id', '=', id).execute();
      throw new Error('undone');
    }),
    /undone/,
  );
  assert.deepEqual(await titles('undoing'), ['Undone']);
});

test('the page marks what was looked for, escapes the rest, and is not to be indexed or stored', async () => {
  await client.post(bob.token, '<b>Markup</b> marks', 'A <script>alert(1)</script> marks & more');
  const visitor = createVisitor(server.url);
  const page = await visitor.get('/search?q=marks+script');
  assert.equal(page.status, 200);
  assert.match(page.text, /&lt;b&gt;Markup&lt;\/b&gt; <mark>marks<\/mark>/);
  assert.match(page.text, /A &lt;<mark>script<\/mark>&gt;alert\(1\)&lt;\/<mark>script<\/mark>&gt;/);
  assert.match(page.text, /<meta name="robots" content="noindex/);
  assert.match(page.text, /<input[^>]*name="q"[^>]*value="marks script"/);
  assert.equal(page.headers.get('cache-control'), 'private, no-store');
  const home = await visitor.get('/');
  assert.match(home.text, /<form class="search" role="search" action="\/search">/);
});

test('the page counts up to a thousand, pages, and says what is wrong beside its box', async () => {
  const visitor = createVisitor(server.url);
  const first = await visitor.get('/search?q=paging');
  assert.match(first.text, /<p class="meta" role="status">45 posts, newest first\.<\/p>/);
  const next = /href="(\/search\?q=paging&amp;cursor=[^"]+)"/.exec(first.text)?.[1] ?? '';
  const second = await visitor.get(next.replace('&amp;', '&'));
  assert.match(second.text, /Older posts\./);
  assert.equal(second.text.split('class="hit"').length - 1, 20);
  const refused = await visitor.get('/search?q=1+2+3+4+5+6+7+8+9');
  assert.equal(refused.status, 422);
  assert.match(refused.text, /role="alert"[^>]*>Search for at most 8 words\./);
  assert.equal((await visitor.get('/search')).status, 200);
});

if (ON_POSTGRESQL) {
  test('a search that PostgreSQL takes too long for is refused, with what to do', async () => {
    const answer = await transact(db, async (trx) => {
      await sql`lock table post_index in access exclusive mode`.execute(trx);
      return find('moon');
    });
    assert.equal(answer.status, 422);
    assert.match(answer.text, /Too many matches: add a rarer word/);
    assert.equal((await find('moon')).status, 200, 'the connection is as good as before');
  });
}
