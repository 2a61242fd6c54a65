import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { assertError, createClient } from '../../support/client.ts';
import { commentsOn, newComment, type Comment } from '../../support/comments.ts';
import { ON_POSTGRESQL } from '../../support/databases/postgres.ts';
import { startServer } from '../../support/server.ts';
import { createVisitor, type Visitor } from '../../support/visitor.ts';

/** How long a node may answer from what it knew; milliseconds. */
const MAY_BE_OLD = 100;

const { server: here, client, someone } = await openBlog({ RATE_LIMITS: 'on' });
const { db, config } = here.context;
const { database } = config;
/** Another node, with the same database. */
const there = await startServer({
  DATABASE_URL: database.kind === 'sqlite' ? `sqlite:///${database.file}` : database.url,
  DATA_DIR: here.dataDir,
  SECRET_KEY: Buffer.from(config.secretKey).toString(),
  RATE_LIMITS: 'on',
});
after(() => there.stop());
const other = createClient(there.url);

const [ann, bob] = [await client.person('Ann'), await client.person('Bob')];
const { browser: asEve, person: eve } = await someone('editor', 'Eve');
// Accounts of the first day may write less.
await db.updateTable('users').set({ created_at: 0 }).execute();
/** The same browser at the other node. */
function across({ cookies }: Visitor): Visitor {
  const same = createVisitor(there.url);
  for (const [name, value] of cookies) same.cookies.set(name, value);
  return same;
}
const [asAnn, anyone] = [createVisitor(here.url), createVisitor(there.url)];
await asAnn.signIn(ann);
const annThere = across(asAnn);

/** The comments as a stranger sees them at the other node, whose cache has had its chance. */
async function seenThere(post: { id: number }): Promise<string> {
  await sleep(MAY_BE_OLD);
  const { text } = await anyone.get(`/posts/${post.id}`);
  return /<section class="comments".*?<\/section>/s.exec(text)?.[0] ?? '';
}

test('what is written, hidden, restored and removed here is so there', async () => {
  const post = await client.post(ann.token, 'About soup');
  assert.doesNotMatch(await seenThere(post), /<article/);
  const { id } = await newComment(client, bob.token, post.id, { content: 'Leeks' });
  assert.match(await seenThere(post), /1 comment<.*Leeks/s);
  await asEve.follow(await asEve.post(`/comments/${id}/hide`, { reason: 'Rude' }));
  assert.doesNotMatch(await seenThere(post), /Leeks|1 comment/);
  assert.deepEqual(await commentsOn(other, post.id), []);
  await asEve.follow(await asEve.post(`/comments/${id}/restore`));
  assert.match(await seenThere(post), /1 comment<.*Leeks/s);
  await newComment(other, ann.token, post.id, { content: 'And salt', parent_id: id });
  await asEve.follow(await asEve.post(`/comments/${id}/remove`, { reason: 'Rude' }));
  assert.match(await seenThere(post), /removed by an editor.*And salt/s);
});

test('a post that is closed here takes nothing there, nor once comments are off', async () => {
  const post = await client.post(ann.token, 'Closed');
  const path = `/api/posts/${post.id}/comments`;
  const write = (content: string) =>
    other.api('POST', path, { token: bob.token, json: { content } });
  assert.match(await seenThere(post), /Log in to comment/);
  await asAnn.post(`/posts/${post.id}/comments/close`, { closed: 'yes' });
  assertError(await write('Too late'), 403, 'Comments are closed');
  assert.doesNotMatch(await seenThere(post), /Log in to comment/);
  await asAnn.post(`/posts/${post.id}/comments/close`, { closed: 'no' });
  await changeSetting(here.context, 'comments', 'off');
  assertError(await write('Too late'), 403, 'Comments are closed');
  assert.equal(await seenThere(post), '');
  await changeSetting(here.context, 'comments', 'on');
  assert.match(await seenThere(post), /Log in to comment/);
  assert.equal((await write('In time')).status, 201);
});

test('the setting that holds first comments counts there at once, and so does an approval', async () => {
  const dan = await client.person();
  const post = await client.post(ann.token, 'Held');
  assert.match(await seenThere(post), /Log in to comment/);
  await changeSetting(here.context, 'first-comments', 'held');
  const { id, state } = await newComment(other, dan.token, post.id, { content: 'My first' });
  assert.equal(state, 'held');
  assert.doesNotMatch(await seenThere(post), /My first/);
  assert.match((await asEve.get('/admin/comments')).text, /My first/);
  await asEve.follow(await asEve.post(`/admin/comments/${id}/approve`));
  assert.match(await seenThere(post), /My first/);
  const next = await newComment(other, dan.token, post.id, { content: 'My second' });
  assert.equal(next.state, 'visible');
  await changeSetting(here.context, 'first-comments', '');
});

test('the same text is the same comment on both nodes, also at once, and so is a form', async () => {
  const post = await client.post(ann.token, 'Twice');
  const nodes = [client, other, client, other];
  const same = await Promise.all(
    nodes.map((node) => newComment(node, bob.token, post.id, { content: 'Me, too' })),
  );
  const [first] = same;
  assert.ok(same.every(({ id }) => id === first?.id));
  const later = await newComment(other, bob.token, post.id, { content: 'Me, too' });
  assert.equal(later.id, first?.id);

  const form = { content: 'By form', form_key: crypto.randomUUID(), parent_id: '' };
  const path = `/posts/${post.id}/comments`;
  const sent = await Promise.all([asAnn, annThere].map((browser) => browser.post(path, form)));
  assert.equal(sent[0]?.status, 303);
  assert.equal(sent[1]?.location, sent[0]?.location);
  await sleep(MAY_BE_OLD);
  assert.equal((await commentsOn(client, post.id)).length, 2);
});

test('a reply and the removal of what it answers, at once on two nodes, lose nothing', async () => {
  const post = await client.post(ann.token, 'Race');
  for (let round = 0; round < 5; round++) {
    const { id } = await newComment(client, eve.token, post.id, { content: `Round ${round}` });
    const json = { content: `Answer ${round}`, parent_id: id };
    const [gone, reply] = await Promise.all([
      client.api('DELETE', `/api/comments/${id}`, { token: eve.token }),
      other.api<Comment>('POST', `/api/posts/${post.id}/comments`, { token: ann.token, json }),
    ]);
    assert.equal(gone.status, 204);
    assert.ok([201, 422].includes(reply.status), reply.text);
    await sleep(MAY_BE_OLD);
    const shown = await commentsOn(client, post.id);
    const answers = shown.filter(({ content }) => content === json.content);
    assert.equal(answers.length, reply.status === 201 ? 1 : 0);
  }
  const counted = await db
    .selectFrom('comment_counts')
    .select((of) => of.fn.sum<number | string>('comments').as('count'))
    .where('post_id', '=', post.id)
    .executeTakeFirst();
  const visible = (await commentsOn(client, post.id)).filter(({ state }) => state === 'visible');
  assert.equal(Number(counted?.count ?? 0), visible.length);
});

test('notices of what happens here are counted there, until they are read', async () => {
  const cleo = await client.person();
  const post = await client.post(cleo.token, 'Mine');
  const asCleo = createVisitor(there.url);
  await asCleo.signIn(cleo);
  const unread = async () => {
    await sleep(MAY_BE_OLD);
    const { text } = await asCleo.get('/');
    const { body } = await other.api<{ unread: number }>('GET', '/api/notices', {
      token: cleo.token,
    });
    const shown = /<span class="count">(\d+)/.exec(text)?.[1] ?? '0';
    assert.equal(Number(shown), body.unread);
    return body.unread;
  };
  assert.equal(await unread(), 0);
  await newComment(client, bob.token, post.id, { content: 'Nice' });
  assert.equal(await unread(), 1);
  await newComment(client, bob.token, post.id, { content: 'Very nice' });
  assert.equal(await unread(), 2);
  await client.api('POST', '/api/notices/read', { token: cleo.token });
  assert.equal(await unread(), 0);
});

// Servers on SQLite count for themselves: there is one.
if (ON_POSTGRESQL) {
  test('20 an hour are counted over both nodes', async () => {
    const finn = await client.person();
    await db.updateTable('users').set({ created_at: 0 }).where('id', '=', finn.id).execute();
    const post = await client.post(ann.token, 'Busy');
    for (let n = 0; n < 20; n++) {
      const node = n % 2 === 0 ? client : other;
      await newComment(node, finn.token, post.id, { content: `Number ${n}` });
    }
    for (const node of [client, other]) {
      const sent = { token: finn.token, json: { content: 'One too many' } };
      const answer = await node.api('POST', `/api/posts/${post.id}/comments`, sent);
      assertError(answer, 429, 'Too many requests');
    }
  });
}
