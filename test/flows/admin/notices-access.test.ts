import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../support/server.ts';
import { createVisitor } from '../../support/visitor.ts';
import { openNotifiedBlog } from '../../support/flows/notices.ts';

const { server, client, db, someone, comment } = await openNotifiedBlog();
const ann = await client.person('Ann');
const bob = await client.person('Bob');

test('other people’s notices are neither shown nor marked, and each way in asks who it is', async () => {
  const [one, other] = [await someone(), await someone()];
  const { id: postId } = await client.post(one.token, 'A');
  await one.tell({ kind: 'published', postId });
  const id = (await one.api()).body.notices[0]?.id ?? 0;
  assert.deepEqual((await other.api()).body.notices, []);
  for (const given of [{ notice_id: id }, { up_to: id }, {}]) await other.read(given);
  assert.equal((await other.browser.post(`/notices/${id}/open`)).status, 404);
  await other.browser.post('/notices/read');
  assert.equal((await one.api()).body.unread, 1);
  const nobody = createVisitor(server.url);
  assert.equal((await nobody.get('/notices')).location, '/login?next=%2Fnotices');
  for (const [method, path] of [
    ['GET', ''],
    ['POST', '/read'],
  ] as const) {
    const answer = await client.api('GET' === method ? 'GET' : 'POST', `/api/notices${path}`, {});
    assert.equal(answer.status, 401);
  }
  const { cookies } = one.browser;
  const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
  assert.equal((await client.api('GET', '/api/notices', { headers: { cookie } })).status, 401);
});

test('a notice of what one may not read any more is neither shown, counted nor opened', async () => {
  const { browser, api, kinds, count, tell } = await someone();
  const post = (title: string) => client.post(ann.token, title);
  const [gone, unpublished, hidden, held, shown] = [
    await post('Gone'),
    await post('Unpublished'),
    await post('Hidden'),
    await post('Held'),
    await post('Shown'),
  ];
  const about = async ({ id: postId }: { id: number }) => {
    const commentId = await comment(postId, bob.id);
    await tell({ kind: 'mention', actorId: bob.id, postId, commentId });
    return commentId;
  };
  await about(gone);
  await about(unpublished);
  const [hiddenOne, heldOne] = [await about(hidden), await about(held)];
  await about(shown);
  assert.equal(await count(), '5');
  const before = (await api()).body.notices;
  await client.api('DELETE', `/api/posts/${gone.id}`, { token: ann.token });
  const unpublish = { state: 'unpublished' } as const;
  await db.updateTable('posts').set(unpublish).where('id', '=', unpublished.id).execute();
  const states = { [hiddenOne]: 'hidden', [heldOne]: 'held' } as const;
  for (const [id, state] of Object.entries(states))
    await db.updateTable('comments').set({ state }).where('id', '=', Number(id)).execute();
  assert.deepEqual(await kinds(), ['mention']);
  assert.equal(await count(), '1');
  assert.equal((await api()).body.unread, 1);
  const { text } = await browser.get('/notices');
  assert.match(text, /Shown/);
  assert.doesNotMatch(text, /Gone|Unpublished|Hidden|Held/);
  for (const { id } of before.slice(1))
    assert.equal((await browser.post(`/notices/${id}/open`)).status, 404);
});

test('a post for members is nothing for an account that is not one any more', async () => {
  const { browser, kinds, count, tell, id } = await someone();
  const json = { title: 'Members', content: 'x', audience: 'members' };
  const { body: post } = await client.api('POST', '/api/posts', { token: ann.token, json });
  const postId = Number(post['id']);
  const commentId = await comment(postId, bob.id);
  await tell({ kind: 'reply', actorId: bob.id, postId, commentId });
  assert.deepEqual([await kinds(), await count()], [['reply'], '1']);
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', id).execute();
  assert.deepEqual([await kinds(), await count()], [[], '']);
  assert.doesNotMatch((await browser.get('/notices')).text, /Members/);
});

test('the end of an account ends what it was told, and what it said is not told any more', async () => {
  const [reader, writer] = [await someone(), await someone()];
  const { id: postId } = await client.post(ann.token, 'A');
  const commentId = await comment(postId, writer.id);
  await reader.tell({ kind: 'mention', actorId: writer.id, postId, commentId });
  await writer.tell({ kind: 'published', postId });
  await client.api('DELETE', `/api/users/${writer.id}`, { token: writer.token });
  assert.deepEqual(await reader.kinds(), []);
  const rows = db.selectFrom('notices').select('id').where('user_id', '=', writer.id);
  assert.deepEqual(await rows.execute(), []);
});

test('a notice and a read mark leave the response cache of everybody else alone', async () => {
  const [one, other] = [await someone(), await someone()];
  const { id: postId } = await client.post(one.token, 'A');
  const versions = async () =>
    JSON.stringify(await db.selectFrom('data_versions').selectAll().execute());
  const made = async (who: { browser: typeof one.browser }) => {
    const { text } = await who.browser.get('/?time=1');
    return text;
  };
  await made(one);
  await made(other);
  const before = await versions();
  await one.tell({ kind: 'published', postId });
  assert.match(await made(one), /<span class="count">1</);
  assert.match(await made(one), /<span class="count">1</);
  await one.browser.post('/notices/read');
  assert.doesNotMatch(await made(one), /<span class="count">/);
  assert.equal(await versions(), before);
});

test('another node shows the count at once, also on pages that it had cached', async () => {
  const { tell, token, browser, ...person } = await someone();
  const { id: postId } = await client.post(token, 'A');
  const { database } = server.context.config;
  const same = database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url;
  await using node = await startServer({ DATABASE_URL: same });
  const there = createVisitor(node.url);
  await there.signIn(person);
  const count = async () => /<span class="count">([^<]*)</.exec((await there.get('/')).text)?.[1];
  assert.deepEqual([await count(), await count()], [undefined, undefined]);
  await tell({ kind: 'published', postId });
  assert.deepEqual([await count(), await count()], ['1', '1']);
  await browser.post('/notices/read');
  assert.equal(await count(), undefined);
});
