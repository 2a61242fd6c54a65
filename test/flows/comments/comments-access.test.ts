import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSetting } from '../../../src/settings/settings.ts';
import { assertError, assertUnauthorized } from '../../support/client.ts';
import { commentsOn } from '../../support/comments.ts';
import { openCommentedBlog, contentsOf } from '../../support/flows/comments.ts';

const { server, client, db, ann, bob, newPost, add, send } = await openCommentedBlog();
const cleo = await client.person('Cleo');

test('the order of checks: 401, 422, 404, 403', async () => {
  const post = await newPost();
  const path = `/api/posts/${post.id}/comments`;
  assertUnauthorized(await client.api('POST', path, { json: {} }), 'Not authenticated');
  const empty = await send(424_242, { content: '' });
  assert.match(empty.text, /string_too_short/);
  assert.match((await send(424_242, {})).text, /"missing","loc":\["body","content"\]/);
  assert.equal((await send(424_242, { content: 'x'.repeat(10_001) })).status, 422);
  assertError(await send(424_242, { content: 'x' }), 404, 'Post not found');
  assertError(await client.api('GET', '/api/posts/424242/comments'), 404, 'Post not found');
  assert.equal((await client.api('GET', '/api/posts/x/comments')).status, 422);
  const comment = await add(post, 'of Bob');
  const { token } = cleo;
  for (const [method, json] of [['PATCH', { content: 'x' }], ['DELETE']] as const) {
    const sent = json ? { json } : {};
    const one = `/api/comments/${comment.id}`;
    assertUnauthorized(await client.api(method, one, sent), 'Not authenticated');
    const none = await client.api(method, '/api/comments/424242', { ...sent, token });
    assertError(none, 404, 'Comment not found');
    const verb = method === 'PATCH' ? 'update' : 'delete';
    const others = await client.api(method, one, { ...sent, token });
    assertError(others, 403, `Not authorized to ${verb} this comment`);
    // Neither the author of the post nor any role has more over the API.
    const author = await client.api(method, one, { ...sent, token: ann.token });
    assertError(author, 403, `Not authorized to ${verb} this comment`);
  }
});

test('the end of an account empties its comments, and leaves the replies of others', async () => {
  const post = await newPost();
  const dan = await client.person();
  const parent = await add(post, 'of Dan', dan.token);
  const reply = await add(post, 'of Bob', bob.token, parent.id);
  const gone = await client.api('DELETE', `/api/users/${dan.id}`, { token: dan.token });
  assert.equal(gone.status, 204);
  const [left, ...others] = await commentsOn(client, post.id);
  assert.deepEqual(
    [left?.content, left?.html, left?.state, left?.author],
    ['', '', 'removed', null],
  );
  assert.deepEqual(others, [reply]);
  assert.equal(
    (await client.api('DELETE', `/api/posts/${post.id}`, { token: ann.token })).status,
    204,
  );
  const rows = await db
    .selectFrom('comments')
    .select('id')
    .where('post_id', '=', post.id)
    .execute();
  assert.deepEqual(rows, []);
});

test('readers may comment, waiting and suspended accounts may not', async () => {
  const post = await newPost();
  const eve = await client.person();
  const as = async (account: object) => {
    await db.updateTable('users').set(account).where('id', '=', eve.id).execute();
    return send(post.id, { content: `As ${JSON.stringify(account)}` }, eve.token);
  };
  assert.equal((await as({ role: 'reader' })).status, 201);
  assertError(await as({ state: 'waiting' }), 403, 'Not authorized to create comments');
  assertUnauthorized(await as({ state: 'suspended' }), 'Invalid or expired token');
});

test('what one may not read has no comments either, and cannot be commented on', async () => {
  const post = await newPost();
  const comment = await add(post, 'about it');
  const eve = await client.person();
  await db.updateTable('users').set({ state: 'waiting' }).where('id', '=', eve.id).execute();
  const asked = (token?: string) =>
    client.api('GET', `/api/posts/${post.id}/comments`, token === undefined ? {} : { token });
  const members = { audience: 'members' };
  await client.api('PATCH', `/api/posts/${post.id}`, { token: ann.token, json: members });
  for (const token of [undefined, eve.token])
    assertError(await asked(token), 404, 'Post not found');
  assertError(await send(post.id, { content: 'x' }, eve.token), 404, 'Post not found');
  assert.equal((await asked(cleo.token)).status, 200);
  await db.updateTable('posts').set({ state: 'unpublished' }).where('id', '=', post.id).execute();
  for (const { token } of [ann, bob]) {
    assertError(await asked(token), 404, 'Post not found');
    assertError(await send(post.id, { content: 'x' }, token), 404, 'Post not found');
  }
  const path = `/api/comments/${comment.id}`;
  const change = { token: bob.token, json: { content: 'x' } };
  assertError(await client.api('PATCH', path, change), 404, 'Comment not found');
  assertError(await client.api('DELETE', path, { token: bob.token }), 404, 'Comment not found');
});

test('held and hidden comments are read by whom they concern', async () => {
  const post = await newPost();
  const [held, hidden] = [await add(post, 'held'), await add(post, 'hidden')];
  const eve = await client.person();
  await db.updateTable('users').set({ role: 'editor' }).where('id', '=', eve.id).execute();
  const to = (id: number, state: 'held' | 'hidden') =>
    db.updateTable('comments').set({ state }).where('id', '=', id).execute();
  await to(held.id, 'held');
  await to(hidden.id, 'hidden');
  const seenBy = async (token?: string) => contentsOf(await commentsOn(client, post.id, token));
  assert.deepEqual(await seenBy(), []);
  assert.deepEqual(await seenBy(cleo.token), []);
  assert.deepEqual(await seenBy(ann.token), ['hidden'], 'the author of the post');
  assert.deepEqual(await seenBy(bob.token), ['held', 'hidden']);
  assert.deepEqual(await seenBy(eve.token), ['held', 'hidden'], 'an editor');
  for (const { id } of [held, hidden]) {
    const answer = await client.api('DELETE', `/api/comments/${id}`, { token: cleo.token });
    assertError(answer, 404, 'Comment not found');
  }
  const change = { token: bob.token, json: { content: 'x' } };
  const answer = await client.api('PATCH', `/api/comments/${hidden.id}`, change);
  assertError(answer, 403, 'Not authorized to update this comment');
});

test('a closed post and a blog without comments take none', async () => {
  const post = await newPost();
  await add(post, 'before');
  const close = (comments_closed: number) =>
    db.updateTable('posts').set({ comments_closed }).where('id', '=', post.id).execute();
  await close(1);
  assertError(await send(post.id, { content: 'after' }), 403, 'Comments are closed');
  assert.deepEqual(contentsOf(await commentsOn(client, post.id)), ['before']);
  await close(0);
  await changeSetting(server.context, 'comments', 'off');
  assertError(await send(post.id, { content: 'after' }), 403, 'Comments are closed');
  assert.deepEqual(await commentsOn(client, post.id), []);
  await changeSetting(server.context, 'comments', 'on');
  assert.deepEqual(contentsOf(await commentsOn(client, post.id)), ['before']);
});

test('with the setting, the first comments of a person wait for an editor', async () => {
  const post = await newPost();
  await changeSetting(server.context, 'first-comments', 'held');
  const eve = await client.person();
  const first = await add(post, 'my first', eve.token);
  assert.equal(first.state, 'held');
  assert.equal((await add(post, 'my second', eve.token)).state, 'held');
  assert.equal((await add(post, 'of Bob, who is known')).state, 'visible');
  await db.updateTable('comments').set({ state: 'visible' }).where('id', '=', first.id).execute();
  assert.equal((await add(post, 'my third', eve.token)).state, 'visible');
  await changeSetting(server.context, 'first-comments', '');
  assert.equal((await add(post, 'hello', (await client.person()).token)).state, 'visible');
});
