import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { renderMissingTexts } from '../../../src/posts/writing/texts.service.ts';
import { openBlog } from '../../support/blog.ts';
import { ON_POSTGRESQL } from '../../support/databases/postgres.ts';
import { createVisitor, linksOf } from '../../support/visitor.ts';

const { server, client } = await openBlog({ RATE_LIMITS: 'off' });
const { db } = server.context;
const ada = await client.person('Ada');
const stranger = createVisitor(server.url);
const member = createVisitor(server.url);
await member.signIn(ada);

const best = (q: string) => `/search?q=${encodeURIComponent(q)}&sort=best`;
const titlesIn = (text: string) =>
  [...text.matchAll(/<h2 class="post-title" dir="auto"><a [^>]*>(.*?)<\/a>/g)].map(
    ([, title = '']) => title.replaceAll(/<\/?mark>/g, ''),
  );
async function ranked(q: string, who = stranger): Promise<string[]> {
  const { status, text } = await who.get(best(q));
  assert.equal(status, 200, text);
  assert.match(text, /role="status">(\d+ posts, best first|1 post|No post matches)\./);
  return titlesIn(text);
}

/** Many posts at once, from the oldest to the newest, and their index. */
async function write(count: number, title: (nth: number) => string, content: string) {
  const rows = Array.from({ length: count }, (_, nth) => ({
    user_id: ada.id,
    title: title(nth),
    content,
    date_posted: 1_700_000_000_000_000 + nth,
  }));
  for (let from = 0; from < count; from += 500) {
    await db
      .insertInto('posts')
      .values(rows.slice(from, from + 500))
      .execute();
  }
  await renderMissingTexts(server.context, new AbortController().signal);
}

test('best first: the title counts most, then how often the words occur, then the date', async () => {
  const other = 'and several other words that say nothing of it at all';
  for (const [title, content] of [
    ['On leeks', `Once ${other}`],
    ['Often', `leeks, leeks and more leeks ${other}`],
    ['Older', `leeks ${other}`],
    ['Newer', `leeks ${other}`],
    ['Elsewhere', other],
  ] as const) {
    await client.post(ada.token, title, content);
  }
  assert.deepEqual(await ranked('leeks'), ['On leeks', 'Often', 'Newer', 'Older']);
  assert.deepEqual(await ranked('lee* -often'), ['On leeks', 'Newer', 'Older']);
  const [first, ...rest] = await ranked('leeks other by:ada');
  assert.deepEqual([first, rest.length], ['On leeks', 3]);
  assert.deepEqual(await ranked('"more leeks"'), ['Often']);
  assert.deepEqual(await ranked('in:title leeks'), ['On leeks']);
  assert.deepEqual(await ranked('leeks by:nobody'), []);
});

test('one chooses between the two orders where there is something to order', async () => {
  const newest = await stranger.get('/search?q=leeks');
  assert.deepEqual(titlesIn(newest.text), ['Newer', 'Older', 'Often', 'On leeks']);
  const nav = /<nav class="search-order" aria-label="Order">(.*?)<\/nav>/s;
  const current = (text: string) =>
    /aria-current="true">([^<]*)/.exec(nav.exec(text)?.[1] ?? '')?.[1];
  assert.equal(current(newest.text), 'Newest first');
  assert.ok(linksOf(newest).includes('/search?q=leeks&sort=best'));
  const ordered = await stranger.get(best('leeks'));
  assert.equal(current(ordered.text), 'Best first');
  assert.ok(linksOf(ordered).includes('/search?q=leeks'));
  assert.equal(ordered.headers.get('cache-control'), 'private, no-store');
  for (const q of ['by:ada', 'in:title leeks', 'nowhere']) {
    const { text } = await stranger.get(`/search?q=${encodeURIComponent(q)}`);
    assert.doesNotMatch(text, /search-order/, q);
  }
  assert.match(
    (await stranger.get(best('by:ada'))).text,
    /newest first/,
    'there is no word to rank',
  );
});

test('what one may not read is not counted, and does not change the order of what one may', async () => {
  await client.post(ada.token, 'Spices', 'sage sage sage thyme and more');
  await client.post(ada.token, 'Herbs', 'thyme thyme thyme sage and more');
  const before = await ranked('thyme sage');
  assert.deepEqual(before, ['Herbs', 'Spices']);
  for (let n = 0; n < 20; n++) {
    const json = { title: 'Secret', content: 'thyme and nothing else', audience: 'members' };
    await client.api('POST', '/api/posts', { token: ada.token, json });
  }
  const json = { title: 'Thyme and sage', content: 'For members', audience: 'members' };
  await client.api('POST', '/api/posts', { token: ada.token, json });
  assert.deepEqual(await ranked('thyme sage'), before);
  assert.match((await stranger.get(best('thyme sage'))).text, />2 posts, best first\./);
  assert.deepEqual(await ranked('thyme sage', member), ['Thyme and sage', ...before]);
});

test('a thousand posts are ranked, page by page, while posts come and go; one more, and the page says why not', async () => {
  await write(1000, (nth) => `Page ${nth}`, 'numerous');
  const found: string[] = [];
  let next: string | undefined = best('numerous');
  let pages = 0;
  while (next !== undefined && pages++ < 60) {
    const page = await stranger.get(next);
    found.push(...titlesIn(page.text));
    if (pages === 2) {
      const [last] = (await ids(found.at(-1) ?? '')) as [number];
      await client.api('DELETE', `/api/posts/${last}`, { token: ada.token });
      await client.post(ada.token, 'Numerous', 'At the top');
    }
    if (pages === 3)
      await client.api('DELETE', `/api/posts/${(await ids('Numerous'))[0]}`, { token: ada.token });
    next = linksOf(page).find((link) => link.includes('&cursor='));
  }
  assert.equal(pages, 50);
  assert.deepEqual(
    found,
    Array.from({ length: 1000 }, (_, nth) => `Page ${999 - nth}`),
  );

  await write(2, (nth) => `One more ${nth}`, 'numerous');
  const newest = await stranger.get('/search?q=numerous');
  const asked = await stranger.get(`${best('numerous')}&cursor=k.1`);
  for (const { text } of [newest, asked]) {
    assert.match(text, /More than 1,000 posts, newest first\./);
    assert.match(text, /“Best first” is offered where at most 1,000 posts match/);
    assert.doesNotMatch(text, /sort=best/);
    assert.deepEqual(titlesIn(text), titlesIn(newest.text));
  }
});

async function ids(title: string): Promise<number[]> {
  const rows = await db.selectFrom('posts').select('id').where('title', '=', title).execute();
  return rows.map(({ id }) => id);
}

if (!ON_POSTGRESQL) {
  test('words that very many posts have are not ranked by, but found', async () => {
    await client.post(ada.token, 'Usual and rare', 'both');
    await client.post(ada.token, 'Only', 'usual, and rare rare');
    await sql`insert into post_index (rowid, title, body, facts)
      with recursive n (i) as (select 1 union all select i + 1 from n where i <= 50000)
      select -i, '', 'usual', '·public' from n`.execute(db);
    assert.deepEqual(await ranked('usual rare'), ['Usual and rare', 'Only']);
    const { text } = await stranger.get(best('usual'));
    assert.match(text, /2 posts, newest first\./);
    assert.match(text, /These words are in too many posts for “best first”: add a rarer word\./);

    for (const [q, count] of [
      ['usual', 2],
      ['usu*', 2],
      ['usual both', 1],
      ['usual -nowhere', 2],
      ['"usual usual"', 0],
      ['in:title usual', 1],
      ['usu* usua*', 2],
      ['usual rare -both', 1],
      ['"usual and rare"', 2],
    ] as const) {
      const { text: found } = await stranger.get(`/search?q=${encodeURIComponent(q)}`);
      assert.equal(titlesIn(found).length, count, q);
    }
  });
}
