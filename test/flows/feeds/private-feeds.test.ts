import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFeed } from '@rowanmanning/feed-parser';
import { parseAtomFeed, parseJsonFeed } from 'feedsmith';
import { XmlDocument } from 'libxml2-wasm';
import type { UserRow } from '../../../src/db/schema.ts';
import { transact } from '../../../src/db/transact.ts';
import { addNotice } from '../../../src/notices/notices.service.ts';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { photo } from '../../support/pictures.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, statusOf } from '../../support/visitor.ts';

const BLOG = 'https://ink.example/blog';
const { server, client } = await openBlog({ FRONTEND_URL: BLOG, SITE_NAME: 'Ink & Co' });
const { db } = server.context;
const ann = await client.person('Ann');
const stranger = createVisitor(server.url);

const ATOM = { a: 'http://www.w3.org/2005/Atom' };
/** By a strict parser: throws for what is not well-formed. */
const textsOf = (text: string, path: string) =>
  XmlDocument.fromString(text)
    .find(path, ATOM)
    .map((node) => node.content);

/** The four addresses that a page shows, without the blog's own, and the token in them. */
function addressesOf({ text }: { text: string }) {
  const found = [...text.matchAll(/readonly value="https:\/\/ink\.example\/blog([^"]+)"/g)];
  const [posts = '', json = '', notices = '', noticesJson = ''] = found.map(([, path]) => path);
  return { posts, json, notices, noticesJson, token: posts.split('/')[2] ?? '' };
}

async function reader() {
  const person = await client.person();
  const browser = createVisitor(server.url);
  await browser.signIn(person);
  const make = async () => {
    const page = await browser.post('/account/feeds');
    assert.equal(page.status, 200);
    return addressesOf(page);
  };
  const change = (to: Partial<UserRow>) =>
    db.updateTable('users').set(to).where('id', '=', person.id).execute();
  return { ...person, browser, make, change, feeds: await make() };
}

const publish = async (title: string, more: object = {}) => {
  const json = { title, content: `About ${title}`, ...more };
  const { body } = await client.api('POST', '/api/posts', { token: ann.token, json });
  return Number(body['id']);
};

async function read(path: string): Promise<string> {
  const { status, text } = await stranger.get(path);
  assert.equal(status, 200, text);
  return text;
}

const titles = async (path: string) => textsOf(await read(path), '//a:entry/a:title');

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
  assert.equal(textsOf(text, "/a:feed/a:link[@rel='self']/@href")[0], BLOG + feeds.posts);
  const next = textsOf(text, "/a:feed/a:link[@rel='next']/@href")[0] ?? '';
  assert.deepEqual(await titles(next.replace(BLOG, '')), ['Post 1', 'Post 0']);
  const json = parseJsonFeed(await read(feeds.json));
  assert.equal(json.items?.[0]?.title, 'For members');
  assert.equal(json.feed_url, BLOG + feeds.json);
  // The same entries as in the public feed, which has no more.
  const everybody = textsOf(await read('/feed.atom'), '//a:entry/a:id');
  assert.equal(everybody[0], textsOf(text, '//a:entry/a:id')[1]);
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
  const comment = { post_id: postId, user_id: ann.id, content: 'x', created_at: 1 };
  const { id: commentId } = await db
    .insertInto('comments')
    .values({ ...comment, html: '<p>Hot <a href="/posts/1">soup</a></p>' })
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
  const [content = ''] = textsOf(text, '//a:entry/a:content');
  assert.ok(content.includes(`<a href="${BLOG}/posts/1">soup</a>`), content);
  const next = textsOf(text, "/a:feed/a:link[@rel='next']/@href")[0] ?? '';
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

/** A picture in a post for members, and the links to it and to its author's face in somebody's feed. */
async function picturedFeed() {
  const body = fileBody(await photo({ width: 300, height: 200 }));
  const sent = { token: ann.token, body, headers: MULTIPART };
  await client.api('PATCH', `/api/users/${ann.id}/picture`, sent);
  const picture = await client.api('POST', '/api/pictures', sent);
  const content = `${String(picture.body['markdown'])}\n\n[away](https://evil.example/?u=${BLOG}/media/post_jpeg/x.jpg)`;
  const postId = await publish('Pictured', { content, format: 'markdown', audience: 'members' });
  const someone = await reader();
  const links = async () => {
    const { items } = JSON.parse(await read(someone.feeds.json)) as {
      items: { content_html: string; authors: { avatar: string }[] }[];
    };
    const html = items[0]?.content_html ?? '';
    const [, picture = ''] = /src="https:\/\/ink\.example\/blog([^"]+)"/.exec(html) ?? [];
    const face = items[0]?.authors[0]?.avatar.replace(BLOG, '') ?? '';
    return { html, picture, face };
  };
  return { ...someone, postId, content, links };
}

const statusOfFile = async (path: string) => (await stranger.get(path)).status;

test('pictures are linked so that the reader gets them, and nobody by another link', async () => {
  const { links, browser } = await picturedFeed();
  const { html, picture } = await links();
  assert.match(picture, /^\/media\/post_jpeg\/\w+\.jpg\?f=\d+\.[\w-]{22}$/);
  assert.doesNotMatch(html, /evil[^"]*\?f=/);
  const answer = await stranger.get(picture);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('cache-control'), 'private, max-age=3600');
  assert.equal(answer.headers.get('cross-origin-resource-policy'), 'cross-origin');
  const [file = '', id = '', signature = ''] = picture.split(/\?f=|\./).toSpliced(1, 1);
  const plain = picture.split('?')[0] ?? '';
  assert.ok(file && id && signature);
  const others = [
    plain,
    `${plain}?f=${Number(id) + 1}.${signature}`,
    `${plain}?f=${id}.${'A'.repeat(22)}`,
    `${plain}?f=${id}`,
    `${plain}?f=`,
    `${plain}?f=${id}.${signature}&f=${id}.${signature}`,
    picture.replace('.jpg', '.png'),
    picture.replace('/post_jpeg/', '/%70ost_jpeg/'),
  ];
  for (const other of others) assert.equal(await statusOfFile(other), 404, other);
  assert.equal((await browser.get(plain)).status, 200);
});

test('links to pictures end with the address, the post, the role and the account, not with a password', async () => {
  const { links, postId, content, make, change, browser, email, password, id } =
    await picturedFeed();
  const { picture } = await links();
  const author = (json: object) =>
    client.api('PATCH', `/api/posts/${postId}`, { token: ann.token, json });
  assert.equal(await statusOfFile(picture), 200);
  const next = 'another long password';
  const fields = { current_password: password, new_password: next, confirm_password: next };
  assert.equal((await browser.post('/account/password', fields)).status, 303);
  assert.equal(await statusOfFile(picture), 200);

  await author({ content: 'Without' });
  assert.equal(await statusOfFile(picture), 404);
  await author({ content });
  assert.equal(await statusOfFile(picture), 200);

  for (const to of [{ state: 'suspended' }, { state: 'waiting' }] as const) {
    await change(to);
    assert.equal(await statusOfFile(picture), 404, to.state);
    await change({ state: 'active' });
    assert.equal(await statusOfFile(picture), 200);
  }
  const renewed = await make();
  assert.equal(await statusOfFile(picture), 404);
  const fresh = JSON.parse(await read(renewed.json)) as { items: { content_html: string }[] };
  const [, other = ''] =
    /src="https:\/\/ink\.example\/blog([^"]+)"/.exec(fresh.items[0]?.content_html ?? '') ?? [];
  assert.equal(await statusOfFile(other), 200);
  const login = await client.login(email, next);
  await client.api('DELETE', `/api/users/${id}`, { token: login.body.access_token });
  assert.equal(await statusOfFile(other), 404);
  assert.equal(await statusOfFile(renewed.posts), 404);
});

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

test('a blog for members is open to the address, its pictures and faces too', async () => {
  const { feeds, links, change } = await picturedFeed();
  await changeSetting(server.context, 'readers', 'members');
  try {
    assert.equal((await stranger.get('/feed.atom')).status, 303);
    assert.equal((await stranger.get(feeds.posts)).status, 200);
    const { picture, face } = await links();
    assert.match(face, /\?f=/);
    for (const path of [picture, face]) {
      assert.equal(await statusOfFile(path), 200);
      assert.equal(await statusOfFile(path.split('?')[0] ?? ''), 404);
    }
    const unknown = await stranger.get(picture.replace(/jpeg\/\w/, 'jpeg/x'));
    assert.equal(unknown.status, 404);
    await change({ state: 'waiting' });
    assert.equal((await stranger.get(feeds.posts)).status, 404);
    for (const path of [picture, face]) assert.equal(await statusOfFile(path), 404);
  } finally {
    await changeSetting(server.context, 'readers', 'everyone');
  }
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
