import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFeed } from '@rowanmanning/feed-parser';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import { transact } from '../../../src/db/transact.ts';
import { addNotice } from '../../../src/notices/notices.service.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, statusOf } from '../../support/visitor.ts';
import { openPrivateFeeds } from '../../support/flows/private-feeds.ts';
import { BLOG, xmlOf } from '../../support/flows/feeds.ts';

const { server, db, ann, stranger, reader, publish, read } = await openPrivateFeeds();

const titles = async (path: string) => xmlOf(await read(path)).texts('//a:entry/a:title');

test('the address is shown once, and only its hash is stored', async () => {
  const { browser, feeds, id } = await reader();
  assert.match(feeds.token, /^[\w-]{22}$/);
  assert.deepEqual(feeds, {
    posts: `/feeds/${feeds.token}/feed.atom`,
    json: `/feeds/${feeds.token}/feed.json`,
    notices: `/feeds/${feeds.token}/notices/feed.atom`,
    noticesJson: `/feeds/${feeds.token}/notices/feed.json`,
    token: feeds.token,
  });
  const again = await browser.get('/account/feeds');
  assert.doesNotMatch(again.text, new RegExp(feeds.token));
  assert.match(again.text, /It cannot be shown again/);
  const row = await db
    .selectFrom('private_feeds')
    .selectAll()
    .where('user_id', '=', id)
    .executeTakeFirstOrThrow();
  assert.doesNotMatch(JSON.stringify(row), new RegExp(feeds.token));
  assert.match((await browser.get('/account')).text, /href="\/blog\/account\/feeds"/);
  assert.match((await browser.get('/follow')).text, /href="\/blog\/account\/feeds"/);
  assert.doesNotMatch((await stranger.get('/follow')).text, /account\/feeds/);
  assert.equal((await stranger.get('/account/feeds')).status, 303);
});

test('it has what its reader may read, in pages and both formats, and no cache keeps it', async () => {
  await db.deleteFrom('posts').execute();
  const { feeds, username } = await reader();
  for (let n = 0; n < 21; n++) await publish(`Post ${n}`);
  await publish('For members', { audience: 'members' });
  const { text, headers } = await stranger.get(feeds.posts);
  const feed = parseAtomFeed(text);
  assert.equal(feed.title?.value, `Ink & Co - for ${username}`);
  assert.equal(feed.entries?.length, 20);
  assert.equal(feed.entries?.[0]?.title?.value, 'For members');
  assert.equal(parseFeed(text).items[0]?.title, 'For members');
  assert.equal(xmlOf(text).texts("/a:feed/a:link[@rel='self']/@href")[0], BLOG + feeds.posts);
  const next = xmlOf(text).texts("/a:feed/a:link[@rel='next']/@href")[0] ?? '';
  assert.deepEqual(await titles(next.replace(BLOG, '')), ['Post 1', 'Post 0']);
  const json = parseJsonFeed(await read(feeds.json));
  assert.equal(json.items?.[0]?.title, 'For members');
  assert.equal(json.feed_url, BLOG + feeds.json);
  // The same entries as in the public feed, which has no more.
  const everybody = xmlOf(await read('/feed.atom')).texts('//a:entry/a:id');
  assert.equal(everybody[0], xmlOf(text).texts('//a:entry/a:id')[1]);
  assert.equal(headers.get('cache-control'), 'private, no-store');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.equal(headers.get('x-robots-tag'), 'noindex');
  assert.equal(headers.get('content-type'), 'application/atom+xml; charset=utf-8');
  assert.equal(headers.get('set-cookie'), null);
  const head = await stranger.ask('HEAD', feeds.posts);
  assert.deepEqual([head.status, head.text], [200, '']);
  assert.equal((await stranger.get(`${feeds.posts}?cursor=..`)).status, 422);
  assert.equal((await stranger.post(feeds.posts)).status, 405);
});

test('notices have a feed, with the words of a comment', async () => {
  const { feeds, id: userId } = await reader();
  const postId = await publish('Soup & bread');
  const comment = { post_id: postId, user_id: ann.id, content: 'Hot [soup](/posts/1)' };
  const { id: commentId } = await db
    .insertInto('comments')
    .values({ ...comment, created_at: 1, html: '<form>as an earlier program rendered it</form>' })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (let n = 0; n < 20; n++) {
    await transact(db, (trx) =>
      addNotice(trx, server.context.clock, { userId, kind: 'published', postId }),
    );
  }
  const mention = { userId, kind: 'mention', actorId: ann.id, postId, commentId } as const;
  await transact(db, (trx) => addNotice(trx, server.context.clock, mention));
  const text = await read(feeds.notices);
  const [entry, ...others] = parseAtomFeed(text).entries ?? [];
  assert.equal(others.length, 19);
  assert.equal(entry?.title?.value, 'Ann mentioned you in a comment on “Soup & bread”');
  assert.equal(
    entry?.links?.[0]?.href,
    `${BLOG}/posts/${postId}?until=${commentId}#comment-${commentId}`,
  );
  const [content = ''] = xmlOf(text).texts('//a:entry/a:content');
  assert.match(
    content,
    new RegExp(`<p dir="auto">Hot <a href="${BLOG}/posts/1"[^>]*>soup</a></p>`),
  );
  assert.doesNotMatch(content, /<form>/);
  const next = xmlOf(text).texts("/a:feed/a:link[@rel='next']/@href")[0] ?? '';
  assert.equal((await titles(next.replace(BLOG, ''))).length, 1);
  const json = parseJsonFeed(await read(feeds.noticesJson));
  assert.equal(json.items?.length, 20);
  assert.equal(json.home_page_url, `${BLOG}/notices`);
  const unread = await db
    .selectFrom('notices')
    .select('id')
    .where('user_id', '=', userId)
    .where('read_at', 'is', null)
    .execute();
  assert.equal(unread.length, 21, 'a feed reader marks nothing as read');
  await db.updateTable('comments').set({ state: 'hidden' }).where('id', '=', commentId).execute();
  assert.doesNotMatch(await read(feeds.notices), /mentioned|Hot/);
});

const statusOfFile = async (path: string) => (await stranger.get(path)).status;

test('a new address ends the old one, which can also be ended', async () => {
  const { feeds, make, browser } = await reader();
  const renewed = await make();
  for (const path of [feeds.posts, feeds.json, feeds.notices, feeds.noticesJson])
    assert.equal((await stranger.get(path)).status, 404, path);
  assert.equal((await stranger.get(renewed.posts)).status, 200);
  const ended = await browser.follow({
    ...(await browser.post('/account/feeds/end')),
    location: '/account/feeds?done=feeds-ended',
  });
  assert.equal(statusOf(ended), 'Your feeds have ended.');
  assert.doesNotMatch(ended.text, /cannot be shown again/);
  assert.equal((await stranger.get(renewed.posts)).status, 404);
  assert.equal((await browser.post('/account/feeds/end')).status, 303);
  const two = await Promise.all([make(), make()]);
  const alive = await Promise.all(two.map(({ posts }) => statusOfFile(posts)));
  assert.deepEqual(
    alive.toSorted((a, b) => a - b),
    [200, 404],
  );
});

test('it ends for who may not read any more, and comes back with the right', async () => {
  const { feeds, change, browser } = await reader();
  for (const state of ['suspended', 'waiting'] as const) {
    await change({ state });
    assert.equal((await stranger.get(feeds.posts)).status, 404, state);
    assert.equal((await stranger.get(feeds.notices)).status, 404, state);
  }
  const refused = await browser.post('/account/feeds');
  assert.equal(refused.status, 403);
  await change({ state: 'active', role: 'reader' });
  assert.equal((await stranger.get(feeds.posts)).status, 200);
});

test('another node answers for the same address, and refuses it once it has ended', async () => {
  const { feeds, browser } = await reader();
  const { database, secretKey } = server.context.config;
  const same = database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url;
  const SECRET_KEY = Buffer.from(secretKey).toString();
  await using node = await startServer({ DATABASE_URL: same, SECRET_KEY });
  const there = createVisitor(node.url);
  assert.equal((await there.get(feeds.posts)).status, 200);
  await browser.post('/account/feeds/end');
  assert.equal((await there.get(feeds.posts)).status, 404);
});
