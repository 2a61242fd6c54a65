import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSetting } from '../../../src/settings/settings.ts';
import { assertError, createClient } from '../../support/client.ts';
import { commentsOn, newComment } from '../../support/comments.ts';
import { startServer } from '../../support/server.ts';
import { openCommentedBlog, contentsOf } from '../../support/flows/comments.ts';

const { client, time, bob, newPost, add, send } = await openCommentedBlog();
const cleo = await client.person('Cleo');
const MINUTE = 60_000;

test('a comment of 10,000 characters is taken, one that shows nothing is not', async () => {
  const post = await newPost();
  assert.equal((await send(post.id, { content: '🎈'.repeat(10_000) })).status, 201);
  const blank = await send(post.id, { content: ' \u200b\n' });
  assert.equal(blank.status, 422);
  assert.match(blank.text, /A comment needs some text/);
});

test('a comment has at most five links, and mentions at most ten people', async () => {
  const post = await newPost();
  const links = (count: number) =>
    Array.from({ length: count }, (_, n) => `https://example.com/${n}`).join(' ');
  assert.equal((await send(post.id, { content: links(5) })).status, 201);
  const many = await send(post.id, { content: links(6) });
  assert.match(many.text, /A comment has at most 5 links, this one 6/);
  const people: string[] = [];
  for (let n = 0; n < 11; n++) people.push((await client.register()).username);
  const named = (count: number) =>
    people
      .slice(0, count)
      .map((name) => `@${name}`)
      .join(', ');
  assert.equal((await send(post.id, { content: named(10) })).status, 201);
  const eleven = await send(post.id, { content: named(11) });
  assert.match(eleven.text, /A comment mentions at most 10 people, this one 11/);
});

test('the same text within ten minutes is the first one again', async () => {
  const post = await newPost();
  const sent = () => send(post.id, { content: 'Thanks!' });
  const first = await sent();
  const double = await Promise.all([sent(), sent(), sent()]);
  for (const again of double) assert.deepEqual([again.status, again.text], [201, first.text]);
  assert.equal((await commentsOn(client, post.id)).length, 1);
  // Others may say the same, and so may they as a reply, and later.
  await add(post, 'Thanks!', cleo.token);
  await add(post, 'Thanks!', bob.token, Number(first.body['id']));
  time.now += 11 * MINUTE;
  assert.notEqual((await sent()).body['id'], first.body['id']);
  assert.equal((await commentsOn(client, post.id)).length, 4);
});

test('at once, the same text is one comment', async () => {
  const post = await newPost();
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => send(post.id, { content: 'At once' })),
  );
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  assert.deepEqual(contentsOf(await commentsOn(client, post.id)), ['At once']);
});

test('20 an hour, and five on the first day of an account that anybody may make', async (t) => {
  await using limited = await startServer({ RATE_LIMITS: 'on' });
  const other = createClient(limited.url);
  const [old, fresh, invited] = [await other.person(), await other.person(), await other.person()];
  const users = limited.context.db.updateTable('users');
  await users.set({ created_at: 0 }).where('id', '=', old.id).execute();
  const post = await other.post(old.token);
  const count = async (token: string, most: number) => {
    for (let n = 0; n < most; n++) await newComment(other, token, post.id, { content: `${n}` });
    const json = { content: 'one too many' };
    const answer = await other.api('POST', `/api/posts/${post.id}/comments`, { token, json });
    assertError(answer, 429, 'Too many requests');
    assert.ok(Number(answer.headers.get('retry-after')) > 60);
    // What is the same comment again is not counted.
    await newComment(other, token, post.id, { content: '0' });
  };
  await t.test('an old account', () => count(old.token, 20));
  await t.test('a new one', () => count(fresh.token, 5));
  await t.test('a new one of a blog for the invited', async () => {
    await changeSetting(limited.context, 'registration', 'invite');
    await count(invited.token, 20);
  });
});
