import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { createVisitor } from '../../support/visitor.ts';
import { openFeeds, BLOG, xmlOf } from '../../support/flows/feeds.ts';

const { server, client, db, ann, visitor, read, idsOf, clear } = await openFeeds();

test('an entry’s time moves with its published text alone', async () => {
  await clear();
  const { id, date_posted } = await client.post(ann.token, 'First', 'Text');
  const times = async () => {
    const { texts } = xmlOf((await read('/feed.atom')).text);
    return [texts('//a:entry/a:updated')[0], texts('/a:feed/a:updated')[0]];
  };
  const posted = date_posted.replace(/\d{3}Z$/, 'Z');
  assert.deepEqual(await times(), [posted, posted]);
  const patch = (path: string, json: object) =>
    client.api('PATCH', path, { token: ann.token, json });
  await patch(`/api/users/${ann.id}`, { username: 'Ann' });
  await patch(`/api/posts/${id}`, { title: 'First', content: 'Text' });
  await client.api('POST', '/api/drafts', {
    token: ann.token,
    json: { post_id: id, content: 'x' },
  });
  assert.deepEqual(await times(), [posted, posted]);
  await patch(`/api/posts/${id}`, { content: 'Another' });
  const [entry = '', feed] = await times();
  assert.ok(entry > posted, entry);
  assert.equal(feed, entry);
});

test('what is not published is in no feed', async () => {
  await clear();
  const { id } = await client.post(ann.token, 'Now a secret', 'Hidden words');
  assert.equal((await idsOf()).length, 1);
  await client.api('POST', '/api/drafts', { token: ann.token, json: { title: 'Only a draft' } });
  const json = { title: 'A secret of members', content: 'Hidden too', audience: 'members' };
  assert.equal((await client.api('POST', '/api/posts', { token: ann.token, json })).status, 201);
  await db.updateTable('posts').set({ state: 'unpublished' }).where('id', '=', id).execute();
  const author = createVisitor(server.url);
  await author.signIn(ann);
  for (const path of [
    '/feed.atom',
    '/feed.json',
    `/users/${ann.id}/feed.atom`,
    `/users/${ann.id}/feed.json`,
  ]) {
    for (const who of [visitor, author]) {
      const { status, text } = await who.get(path);
      assert.equal(status, 200);
      assert.doesNotMatch(text, /secret|Hidden|draft/);
    }
  }
});

test('a reader who has a feed is told that it is the same, also by HEAD, until it changes', async () => {
  await clear();
  const { id } = await client.post(ann.token, 'One');
  const signedIn = createVisitor(server.url);
  await signedIn.signIn(ann);
  for (const path of ['/feed.atom', '/feed.json', `/users/${ann.id}/feed.atom`]) {
    const { headers } = await read(path);
    const etag = headers.get('etag') ?? '';
    assert.match(headers.get('cache-control') ?? '', /^public, max-age=0, must-revalidate$/);
    assert.equal(headers.get('vary'), 'Accept-Encoding');
    assert.equal(headers.get('set-cookie'), null);
    for (const who of [visitor, signedIn]) {
      for (const method of ['GET', 'HEAD']) {
        const same = await who.ask(method, path, { headers: { 'if-none-match': etag } });
        assert.deepEqual([same.status, same.text], [304, ''], `${method} ${path}`);
      }
      const head = await who.ask('HEAD', path);
      assert.deepEqual([head.status, head.text, head.headers.get('etag')], [200, '', etag]);
      assert.equal(head.headers.get('content-type'), headers.get('content-type'));
    }
    const json = { content: `changed for ${path}` };
    await client.api('PATCH', `/api/posts/${id}`, { token: ann.token, json });
    const changed = await visitor.get(path, { 'if-none-match': etag });
    assert.equal(changed.status, 200);
    assert.match(changed.text, /changed for/);
  }
});

test('another node shows a new post and drops a deleted one', async () => {
  await clear();
  const { database } = server.context.config;
  const same = database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url;
  const node = await startServer({ DATABASE_URL: same, FRONTEND_URL: BLOG });
  try {
    const there = createVisitor(node.url);
    const titles = async () =>
      xmlOf((await there.get('/feed.atom')).text).texts('//a:entry/a:title');
    assert.deepEqual(await titles(), []);
    const { id } = await client.post(ann.token, 'New');
    await until('the new post', async () => (await titles()).includes('New') || undefined);
    await client.api('DELETE', `/api/posts/${id}`, { token: ann.token });
    await until('the feed without it', async () => (await titles()).length === 0 || undefined);
  } finally {
    await node.stop();
  }
});
