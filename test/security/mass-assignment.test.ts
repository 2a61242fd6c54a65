import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../support/blog.ts';
import { rowsOf, SECRET_KEY, someone } from './people.ts';

// every-route.test.ts sends values that no user has; these belong to a user and would fit.

const { server, client } = await openBlog({ SECRET_KEY });
const ann = await someone(server, client);
const mallory = await someone(server, client);
const { id: post } = await client.post(ann.token, 'By Ann');

/** Fields that would make Ann the owner, or turn Mallory into Ann. */
function annsOwn() {
  const { id, username, email } = ann;
  const author = { id, username, email, image_file: null };
  return { id, user_id: id, author_id: id, userId: id, author, user: author, post_id: post };
}

const authorOf = async (id: unknown) =>
  (await client.api('GET', `/api/posts/${String(id)}`)).body['user_id'];

test('a post belongs to its author, whatever fields are sent', async () => {
  const json = { ...annsOwn(), title: 'By Mallory', content: 'x' };
  const before = await rowsOf(server.context, ann.id);
  const { token } = mallory;
  const made = await client.api('POST', '/api/posts', { token, json });
  assert.equal(made.status, 201, made.text);
  assert.notEqual(made.body['id'], post);
  for (const method of ['PUT', 'PATCH']) {
    const sent = { token, json: { ...json, title: method } };
    const changed = await client.api(method, `/api/posts/${String(made.body['id'])}`, sent);
    assert.equal(changed.body['title'], method, changed.text);
    assert.deepEqual([changed.body['user_id'], changed.body['id']], [mallory.id, made.body['id']]);
  }
  const form = { title: 'By form', content: 'x', user_id: String(ann.id), id: String(post) };
  const page = await mallory.browser.post('/posts/new', form);
  const id = /^\/posts\/(\d+)\?/.exec(page.location)?.[1];
  assert.equal(await authorOf(id), mallory.id);
  await mallory.browser.post(`/posts/${id}/edit?post_id=${post}`, { ...form, title: 'Again' });
  assert.equal(await authorOf(id), mallory.id);
  assert.equal(await rowsOf(server.context, ann.id), before);
});

test('an account keeps its owner, whatever fields are sent', async () => {
  const before = await rowsOf(server.context, ann.id);
  const { token } = mallory;
  const json = { ...annsOwn(), username: 'Mal', token_version: 0, password_hash: 'x' };
  const changed = await client.api('PATCH', `/api/users/${mallory.id}`, { token, json });
  assert.deepEqual([changed.status, changed.body['id']], [200, mallory.id], changed.text);
  const form = {
    username: 'Mal2',
    email: mallory.email,
    id: String(ann.id),
    user_id: String(ann.id),
  };
  assert.equal((await mallory.browser.post('/account', form)).status, 303);
  const passwords = { current_password: mallory.password, new_password: 'a new password' };
  const sent = { token, json: { ...annsOwn(), ...passwords } };
  assert.equal((await client.api('PATCH', '/api/users/me/password', sent)).status, 200);
  const made = await client.api('POST', '/api/users', {
    json: { ...annsOwn(), username: 'New', email: 'new@example.com', password: 'a new password' },
  });
  assert.equal(made.status, 201, made.text);
  assert.ok(![ann.id, mallory.id].includes(Number(made.body['id'])));
  assert.equal(await rowsOf(server.context, ann.id), before);
});
