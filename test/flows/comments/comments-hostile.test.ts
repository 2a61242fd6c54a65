import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import type { Person } from '../../support/client.ts';
import { commentsOn, newComment, type Comment } from '../../support/comments.ts';

const { server, client, someone } = await openBlog();
const { db } = server.context;
const ann = await client.person('Ann');
const mallory = await someone('member', 'Mallory');
const eve = await someone('editor', 'Eve');
const { token } = mallory.person;

const newPost = () => client.post(ann.token, 'About soup', 'One\n\nTwo\n\nThree');
const write = (post: number, json: object, by: Person = mallory.person) =>
  client.api<Comment>('POST', `/api/posts/${post}/comments`, { token: by.token, json });

test('signs without an end are text, at any length, and links and names are counted as shown', async () => {
  const post = await newPost();
  for (const sign of [
    '[',
    '](',
    '[a](',
    '![',
    '*',
    '_',
    '`',
    '<',
    '> ',
    '- ',
    '@',
    '@"',
    '#',
    '~',
    '|',
    '\\',
    '&',
    '\u202e',
  ]) {
    const content = sign.repeat(Math.floor(10_000 / sign.length)).slice(0, 9_999 - 1) + 'x';
    const { status, text } = await write(post.id, { content });
    assert.ok([201, 422].includes(status), `${sign}: ${status} ${text.slice(0, 200)}`);
  }
  const links = ['<https://a.example>', '[a](https://a.example)', 'a@a.example'];
  for (const link of links) {
    const six = Array.from({ length: 6 }, (_, n) => `${link.replace('a.', `a${n}.`)} `).join('');
    assert.equal((await write(post.id, { content: six })).status, 422, link);
  }
  // The same address six times is six links.
  assert.equal((await write(post.id, { content: 'https://a.example '.repeat(6) })).status, 422);
});

test('parents that are none are refused, whatever they look like', async () => {
  const [post, other] = [await newPost(), await newPost()];
  const elsewhere = await newComment(client, ann.token, other.id, { content: 'There' });
  const hidden = await newComment(client, ann.token, post.id, { content: 'Hidden' });
  await eve.browser.post(`/comments/${hidden.id}/hide`, { reason: '' });
  const gone = await newComment(client, ann.token, post.id, { content: 'Gone' });
  await client.api('DELETE', `/api/comments/${gone.id}`, { token: ann.token });
  for (const parent_id of [
    elsewhere.id,
    hidden.id,
    gone.id,
    0,
    -1,
    424_242,
    2 ** 53 - 1,
    2 ** 60,
    1.5,
    '1',
    [1],
  ]) {
    const { status, text } = await write(post.id, { content: 'x', parent_id });
    assert.equal(status, 422, `${String(parent_id)}: ${text}`);
  }
  for (const parent_id of ['1e3', '-1', '9'.repeat(15), '9'.repeat(40), 'x']) {
    const sent = await mallory.browser.post(`/posts/${post.id}/comments`, {
      content: `by form ${parent_id}`,
      parent_id,
    });
    assert.ok([303, 422].includes(sent.status), parent_id);
  }
  const parents = await db
    .selectFrom('comments')
    .select('parent_id')
    .where('user_id', '=', mallory.person.id)
    .execute();
  assert.ok(parents.every(({ parent_id }) => parent_id === null));
});

test('a reply to a reply of a reply stays one level deep', async () => {
  const post = await newPost();
  const first = await newComment(client, ann.token, post.id, { content: 'One' });
  const second = await newComment(client, token, post.id, { content: 'Two', parent_id: first.id });
  const third = await newComment(client, ann.token, post.id, {
    content: 'Three',
    parent_id: second.id,
  });
  const fourth = await newComment(client, token, post.id, { content: 'Four', parent_id: third.id });
  assert.deepEqual(
    [second, third, fourth].map(({ parent_id }) => parent_id),
    [first.id, first.id, first.id],
  );
  // Its parent is gone, the reply that is answered is not.
  await client.api('DELETE', `/api/comments/${first.id}`, { token: ann.token });
  const fifth = await write(post.id, { content: 'Five', parent_id: fourth.id }, ann);
  assert.equal(fifth.body.parent_id, first.id, fifth.text);
});

test('the key of a form is its author’s alone, and only for the same text', async () => {
  const post = await newPost();
  const path = `/posts/${post.id}/comments`;
  const form = { form_key: crypto.randomUUID(), parent_id: '' };
  await mallory.browser.post(path, { ...form, content: 'Mine' });
  const theirs = await eve.browser.post(path, { ...form, content: 'Mine' });
  assert.equal(theirs.status, 303);
  const found = await commentsOn(client, post.id);
  assert.deepEqual(
    found.map(({ author }) => author?.username),
    ['Mallory', 'Eve'],
  );
  // On another post, too, a key that was used is no way to a comment that is there already.
  const other = await newPost();
  const sent = await mallory.browser.post(`/posts/${other.id}/comments`, {
    ...form,
    content: 'Mine',
  });
  assert.equal(sent.status, 303);
  assert.equal((await commentsOn(client, other.id)).length, 1);
});

test('anchors that nobody was offered point at nothing, and hold no markup', async () => {
  const post = await newPost();
  const path = `/posts/${post.id}/comments`;
  for (const about of [
    '9999.000000000000',
    '0.aaaaaaaaaaaa',
    '1.AAAAAAAAAAAA',
    '1."><script>',
    '-1.aaaaaaaaaaaa',
    '1.aaaaaaaaaaaa\n',
    'x'.repeat(5_000),
  ]) {
    const sent = await mallory.browser.post(path, {
      content: `about ${about}`.slice(0, 100),
      about,
      parent_id: '',
    });
    assert.equal(sent.status, 303, about);
  }
  const { text } = await client.api('GET', `/posts/${post.id}`);
  assert.doesNotMatch(text, /paragraph-mark/);
  assert.doesNotMatch(text, /<script>(?!<)/);
});

test('whoever is suspended in between writes, changes and removes nothing any more', async () => {
  const post = await newPost();
  const mean = await someone('member');
  const { id } = await newComment(client, mean.person.token, post.id, { content: 'Before' });
  const racing = Array.from({ length: 6 }, (_, n) =>
    write(post.id, { content: `n${n}` }, mean.person),
  );
  await eve.browser.post(`/admin/people/${mean.person.id}/suspend`, { reason: 'x', days: '7' });
  for (const { status } of await Promise.all(racing)) assert.ok([201, 401, 403].includes(status));
  const count = (await commentsOn(client, post.id)).length;
  assert.equal((await write(post.id, { content: 'After' }, mean.person)).status, 401);
  const sent = { token: mean.person.token, json: { content: 'After' } };
  assert.equal((await client.api('PATCH', `/api/comments/${id}`, sent)).status, 401);
  assert.equal((await client.api('DELETE', `/api/comments/${id}`, sent)).status, 401);
  const form = await mean.browser.post(`/posts/${post.id}/comments`, { content: 'After' });
  assert.notEqual(form.status, 303);
  assert.equal((await commentsOn(client, post.id)).length, count);
});

test('the same is reported often: editors are told once, and the page lists it once', async () => {
  const post = await newPost();
  const { id } = await newComment(client, ann.token, post.id, { content: 'Harmless' });
  for (let n = 0; n < 10; n++) {
    const json = { reason: `spam ${n}` };
    assert.equal(
      (await client.api('POST', `/api/comments/${id}/report`, { token, json })).status,
      204,
    );
  }
  const told = await db
    .selectFrom('notices')
    .select('id')
    .where('comment_id', '=', id)
    .where('kind', '=', 'report')
    .execute();
  assert.equal(told.length, 1);
  const { text } = await eve.browser.get('/admin/reports');
  assert.equal(text.match(/spam \d/g)?.length, 1);
});
