import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError } from '../../support/client.ts';
import { type Comment, type Comments, commentsOn, newComment } from '../../support/comments.ts';
import { openCommentedBlog, contentsOf } from '../../support/flows/comments.ts';

const { client, db, time, ann, bob, newPost, add, send } = await openCommentedBlog();
const cleo = await client.person('Cleo');
const MINUTE = 60_000;

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
    seen.push(...contentsOf(body.comments));
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
