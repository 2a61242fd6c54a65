import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSetting } from '../../../src/settings/settings.ts';
import { openBlog } from '../../support/blog.ts';
import { assertError, assertUnauthorized, createClient } from '../../support/client.ts';
import { type Comment, type Comments, commentsOn, newComment } from '../../support/comments.ts';
import { startServer } from '../../support/server.ts';

const time = { now: Date.now() };
const { server, client } = await openBlog({}, {}, { clock: () => time.now });
const { db } = server.context;
const ann = await client.person('Ann');
const bob = await client.person('Bob');
const cleo = await client.person('Cleo');
const MINUTE = 60_000;

const newPost = () => client.post(ann.token);
const add = (post: { id: number }, content: string, token = bob.token, parent_id?: number) =>
  newComment(client, token, post.id, { content, ...(parent_id && { parent_id }) });
const send = (postId: number, json: unknown, token = bob.token) =>
  client.api('POST', `/api/posts/${postId}/comments`, { token, json });
const texts = (comments: Comment[]) => comments.map(({ content }) => content);

/** The tokens of the contract end after half an hour of this clock. */
async function renew(...people: { email: string; password: string; token: string }[]) {
  for (const person of people) {
    person.token = (await client.login(person.email, person.password)).body.access_token;
  }
}

test('a comment has every field in its order', async () => {
  const post = await newPost();
  const sent = { content: '**Hello** @Ann', parent_id: null };
  const answer = await send(post.id, sent);
  assert.equal(answer.status, 201);
  const { id, created_at } = answer.body;
  assert.match(String(created_at), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  const html = `<p dir="auto"><strong>Hello</strong> <a class="mention" href="/users/${ann.id}/posts">@<bdi>Ann</bdi></a></p>`;
  const author = {
    id: bob.id,
    username: 'Bob',
    image_file: null,
    image_path: '/static/profile_pics/default.jpg',
  };
  const expected = { id, post_id: post.id, parent_id: null, content: sent.content, html };
  const rest = { state: 'visible', created_at, edited_at: null, author };
  assert.equal(answer.text, JSON.stringify({ ...expected, ...rest }));
  const list = await client.api('GET', `/api/posts/${post.id}/comments`);
  assert.equal(list.text, JSON.stringify({ comments: [answer.body], next: null }));
});

test('comments are listed oldest first, page by page', async () => {
  const post = await newPost();
  const first = await add(post, 'one');
  await add(post, 'two');
  await add(post, 'to one', cleo.token, first.id);
  await add(post, 'three');
  const seen: string[] = [];
  let path: string | undefined = `/api/posts/${post.id}/comments?limit=3`;
  const lengths: number[] = [];
  while (path !== undefined) {
    const { body }: { body: Comments } = await client.api<Comments>('GET', path);
    seen.push(...texts(body.comments));
    lengths.push(body.comments.length);
    path =
      body.next === null ? undefined : `/api/posts/${post.id}/comments?limit=3&cursor=${body.next}`;
  }
  assert.deepEqual(
    [seen, lengths],
    [
      ['one', 'two', 'to one', 'three'],
      [3, 1],
    ],
  );
});

test('a reply to a reply is one to its parent', async () => {
  const post = await newPost();
  const first = await add(post, 'one');
  const reply = await add(post, 'two', cleo.token, first.id);
  const third = await add(post, 'three', bob.token, reply.id);
  assert.deepEqual([reply.parent_id, third.parent_id], [first.id, first.id]);
});

test('a reply needs a comment on the same post that is there', async () => {
  const post = await newPost();
  const elsewhere = await add(await newPost(), 'elsewhere');
  const removed = await add(post, 'soon removed');
  await client.api('DELETE', `/api/comments/${removed.id}`, { token: bob.token });
  for (const parent_id of [elsewhere.id, removed.id, 424_242, -1, 0]) {
    const answer = await send(post.id, { content: 'a reply', parent_id });
    assert.equal(answer.status, 422);
    assert.deepEqual(answer.body['detail'], [
      {
        type: 'value_error',
        loc: ['body', 'parent_id'],
        msg: 'Value error, This post has no such comment',
        input: parent_id,
        ctx: { error: 'This post has no such comment' },
      },
    ]);
  }
  const typed = await send(post.id, { content: 'a reply', parent_id: '1' });
  assert.match(typed.text, /int_type/);
});

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
  assert.deepEqual(texts(await commentsOn(client, post.id)), ['At once']);
});

test('its author may change a comment for 15 minutes', async () => {
  await renew(ann, bob);
  const post = await newPost();
  const { id } = await add(post, 'A first try');
  const change = (json: unknown) =>
    client.api<Comment>('PATCH', `/api/comments/${id}`, { token: bob.token, json });
  for (const json of [{}, { content: null }, { content: 'A first try' }]) {
    const same = await change(json);
    assert.deepEqual([same.status, same.body.edited_at], [200, null]);
  }
  time.now += 14 * MINUTE;
  const changed = await change({ content: '**Better**', state: 'hidden', author: { id: ann.id } });
  assert.equal(changed.status, 200);
  assert.deepEqual(
    [changed.body.content, changed.body.html, changed.body.state, changed.body.author?.id],
    ['**Better**', '<p dir="auto"><strong>Better</strong></p>', 'visible', bob.id],
  );
  assert.ok(changed.body.edited_at !== null && changed.body.edited_at > changed.body.created_at);
  assert.equal((await change({ content: '' })).status, 422);
  time.now += 2 * MINUTE;
  assertError(
    await change({ content: 'Too late' }),
    403,
    'A comment can be changed for 15 minutes',
  );
  assert.deepEqual(await commentsOn(client, post.id), [changed.body]);
});

test('a removed comment without replies is gone, with replies its place stays, empty', async () => {
  await renew(ann, bob, cleo);
  const post = await newPost();
  const alone = await add(post, 'alone');
  const parent = await add(post, 'with a reply');
  const reply = await add(post, 'the reply', cleo.token, parent.id);
  const remove = (id: number, token: string) =>
    client.api('DELETE', `/api/comments/${id}`, { token });
  for (const { id } of [alone, parent]) assert.equal((await remove(id, bob.token)).status, 204);
  const [left, ...others] = await commentsOn(client, post.id);
  assert.deepEqual(left, {
    ...parent,
    content: '',
    html: '',
    state: 'removed',
    author: null,
  });
  assert.deepEqual(others, [reply]);
  assertError(await remove(alone.id, bob.token), 404, 'Comment not found');
  const rows = await db
    .selectFrom('comments')
    .select(['content', 'html', 'state'])
    .where('id', 'in', [alone.id, parent.id])
    .execute();
  for (const row of rows) assert.deepEqual({ ...row }, { content: '', html: '', state: 'removed' });
  // With the last reply, the empty place goes as well.
  assert.equal((await remove(reply.id, cleo.token)).status, 204);
  assert.deepEqual(await commentsOn(client, post.id), []);
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
  const seenBy = async (token?: string) => texts(await commentsOn(client, post.id, token));
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
  assert.deepEqual(texts(await commentsOn(client, post.id)), ['before']);
  await close(0);
  await changeSetting(server.context, 'comments', 'off');
  assertError(await send(post.id, { content: 'after' }), 403, 'Comments are closed');
  assert.deepEqual(await commentsOn(client, post.id), []);
  await changeSetting(server.context, 'comments', 'on');
  assert.deepEqual(texts(await commentsOn(client, post.id)), ['before']);
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

test('those whom a comment concerns get a notice, each once', async () => {
  const post = await newPost();
  const dan = await client.person();
  const first = await add(post, 'one');
  const reply = await add(post, 'two', cleo.token, first.id);
  const last = await add(post, `three @${dan.username} @Bob @Cleo \`@Ann\``, cleo.token, reply.id);
  const told = async () => {
    const rows = await db
      .selectFrom('notices')
      .select(['user_id', 'kind', 'actor_id', 'comment_id'])
      .where('post_id', '=', post.id)
      .orderBy('comment_id')
      .orderBy('user_id')
      .execute();
    return rows.map((row) => [row.comment_id, row.user_id, row.kind, row.actor_id]);
  };
  const expected = [
    [first.id, ann.id, 'comment', bob.id],
    [reply.id, ann.id, 'comment', cleo.id],
    [reply.id, bob.id, 'reply', cleo.id],
    [last.id, ann.id, 'comment', cleo.id],
    [last.id, bob.id, 'reply', cleo.id],
    [last.id, dan.id, 'mention', cleo.id],
  ];
  assert.deepEqual(await told(), expected);
  const again = { token: cleo.token, json: { content: `Now @${dan.username} and @Bob` } };
  assert.equal((await client.api('PATCH', `/api/comments/${last.id}`, again)).status, 200);
  assert.deepEqual(await told(), expected);
});

test('edits of a comment tell no more people than it may mention', async () => {
  const post = await newPost();
  const people: string[] = [];
  for (let n = 0; n < 14; n++) people.push((await client.register()).username);
  const naming = (from: number, to: number) => ({
    content: people
      .slice(from, to)
      .map((name) => `@${name}`)
      .join(', '),
  });
  const comment = await newComment(client, cleo.token, post.id, naming(0, 4));
  const change = async (from: number, to: number) => {
    const sent = { token: cleo.token, json: naming(from, to) };
    assert.equal((await client.api('PATCH', `/api/comments/${comment.id}`, sent)).status, 200);
    const told = await db
      .selectFrom('notices')
      .innerJoin('users', 'users.id', 'notices.user_id')
      .select('users.username')
      .where('comment_id', '=', comment.id)
      .where('kind', '=', 'mention')
      .orderBy('notices.id')
      .execute();
    return told.map(({ username }) => username);
  };
  assert.deepEqual(await change(2, 8), people.slice(0, 8));
  assert.deepEqual(await change(4, 14), people.slice(0, 10));
  assert.deepEqual(await change(10, 14), people.slice(0, 10));
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
