import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertUnauthorized, createClient } from '../../support/client.ts';
import type { Person, User } from '../../support/client.ts';
import { openBlog } from '../../support/blog.ts';
import { startServer } from '../../support/server.ts';

const { server, client } = await openBlog();
const ann = await client.person('Ann');
const bob = await client.person('Straße');

const password = 'long enough';
const create = (json: object) => client.api<User>('POST', '/api/users', { json });
const patch = (who: Person, json: object, id = who.id) =>
  client.api<User>('PATCH', `/api/users/${id}`, { token: who.token, json });

test('registration returns the new user with its e-mail', async () => {
  const answer = await create({ username: 'Zoë  B.', email: 'Zoe@Example.COM', password });
  assert.equal(answer.status, 201);
  const { id } = answer.body;
  assert.ok(Number.isInteger(id));
  const expected = {
    id,
    username: 'Zoë  B.',
    image_file: null,
    image_path: '/static/profile_pics/default.jpg',
    email: 'zoe@example.com',
  };
  assert.equal(answer.text, JSON.stringify(expected));
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
});

test('unknown fields of a registration are ignored', async () => {
  const body = `{"username":"extra","email":"extra@example.com","password":"${password}","id":77777,
    "image_file":"x.jpg","token_version":9,"__proto__":{"username":"no"},"constructor":{"prototype":1}}`;
  const answer = await client.api<User>('POST', '/api/users', { body });
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.body.username, 'extra');
  assert.equal(answer.body.image_file, null);
  assert.notEqual(answer.body.id, 77777);
});

test('names and e-mails are unique in any case, names are checked first', async () => {
  const taken = ['Ann', 'ANN', 'ａｎｎ', 'STRASSE', 'straße', 'ﬆrasse'];
  for (const username of taken) {
    const answer = await create({ username, email: 'fresh@example.com', password });
    assertError(answer, 400, 'Username already exists');
  }
  const email = ann.email.toUpperCase();
  assertError(await create({ username: 'new', email, password }), 400, 'Email already registered');
  assertError(await create({ username: 'ann', email, password }), 400, 'Username already exists');
});

test('a name may hold 50 code points of any kind', async () => {
  const username = '𝒜'.repeat(25) + '🙂'.repeat(25);
  const answer = await create({ username, email: 'fifty@example.com', password });
  assert.equal(answer.status, 201, answer.text);
  assert.equal(answer.body.username, username);
});

test('everybody sees a user without the e-mail', async () => {
  const answer = await client.api<User>('GET', `/api/users/${ann.id}`);
  const image_path = '/static/profile_pics/default.jpg';
  const expected = { id: ann.id, username: 'Ann', image_file: null, image_path };
  assert.deepEqual([answer.status, answer.text], [200, JSON.stringify(expected)]);
  assertError(await client.api('GET', '/api/users/999999'), 404, 'User not found');
});

test('users see their own e-mail at /me', async () => {
  const answer = await client.api<User>('GET', '/api/users/me', { token: ann.token });
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.body), [
    'id',
    'username',
    'image_file',
    'image_path',
    'email',
  ]);
  assert.equal(answer.body.email, ann.email);
  assertUnauthorized(await client.api('GET', '/api/users/me'), 'Not authenticated');
});

test('an update changes what is sent, and null or nothing changes nothing', async () => {
  const eve = await client.person('Eve');
  const before = (await patch(eve, {})).body;
  assert.equal(before.username, 'Eve');
  assert.deepEqual((await patch(eve, { username: null, email: null })).body, before);
  assert.deepEqual((await patch(eve, { username: 'EVE' })).body, { ...before, username: 'EVE' });
  const moved = await patch(eve, { email: 'Eve.New@Example.com' });
  const expected = { ...before, username: 'EVE', email: 'eve.new@example.com' };
  assert.deepEqual([moved.status, moved.text], [200, JSON.stringify(expected)]);
  assert.equal((await client.login('eve.NEW@example.com', eve.password)).status, 200);
  assertError(await client.login(eve.email, eve.password), 401, 'Incorrect email or password');
});

test("an update cannot set a picture's name, a version or an id", async () => {
  const image_file = `${'0'.repeat(32)}.jpg`;
  const answer = await patch(ann, { image_file, picture_key: '0', id: 5, image_path: '/x' });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.id, ann.id);
  assert.equal(answer.body.image_file, null);
  assert.equal(answer.body.image_path, '/static/profile_pics/default.jpg');
});

test('users may send their own name and e-mail again, but not those of others', async () => {
  const own = await patch(bob, { username: 'STRASSE', email: bob.email.toUpperCase() });
  assert.deepEqual([own.status, own.body.email], [200, bob.email]);
  assertError(await patch(bob, { username: 'aNN' }), 400, 'Username already exists');
  assertError(await patch(bob, { email: ann.email }), 400, 'Email already registered');
  assertError(
    await patch(bob, { username: 'ann', email: ann.email }),
    400,
    'Username already exists',
  );
  const half = await patch(bob, { username: 'Robert', email: ann.email });
  assertError(half, 400, 'Email already registered');
  const now = await client.api<User>('GET', `/api/users/${bob.id}`);
  assert.equal(now.body.username, 'STRASSE');
});

test('another account is a 403 before it is looked up', async () => {
  for (const id of [bob.id, 999_999]) {
    const json = { username: 'Bob' };
    const update = await client.api('PATCH', `/api/users/${id}`, { token: ann.token, json });
    assertError(update, 403, 'Not authorized to update this user');
    const removal = await client.api('DELETE', `/api/users/${id}`, { token: ann.token });
    assertError(removal, 403, 'Not authorized to delete this user');
  }
});

test('without a token nothing is changed and nobody is deleted', async () => {
  const update = await client.api('PATCH', `/api/users/${ann.id}`, { json: { username: 'x' } });
  assertUnauthorized(update, 'Not authenticated');
  assertUnauthorized(await client.api('DELETE', `/api/users/${ann.id}`), 'Not authenticated');
  assert.equal((await client.api<User>('GET', `/api/users/${ann.id}`)).body.username, 'Ann');
});

test('deleting an account deletes its posts, tokens and reset tokens', async () => {
  const gone = await client.person('Gone');
  const post = await client.post(gone.token);
  await client.api('POST', '/api/users/forgot-password', { json: { email: gone.email } });
  const { db } = server.context;
  const rows = async (table: 'sessions' | 'reset_tokens' | 'posts') =>
    (await db.selectFrom(table).select('user_id').where('user_id', '=', gone.id).execute()).length;

  // Many clients send a JSON content type without a body.
  const answer = await client.api('DELETE', `/api/users/${gone.id}`, {
    token: gone.token,
    headers: { 'content-type': 'application/json' },
  });
  assert.deepEqual([answer.status, answer.text], [204, '']);
  assertError(await client.api('GET', `/api/users/${gone.id}`), 404, 'User not found');
  assertError(await client.api('GET', `/api/users/${gone.id}/posts`), 404, 'User not found');
  assertError(await client.api('GET', `/api/posts/${post.id}`), 404, 'Post not found');
  const me = await client.api('GET', '/api/users/me', { token: gone.token });
  assertUnauthorized(me, 'User not found');
  assertUnauthorized(await client.login(gone.email, gone.password), 'Incorrect email or password');
  for (const table of ['sessions', 'reset_tokens', 'posts'] as const) {
    assert.equal(await rows(table), 0, table);
  }
  assert.notEqual((await client.register('Gone')).id, gone.id);
});

test('a blog with closed registration refuses registrations', async () => {
  await using closed = await startServer({ REGISTRATION: 'closed' });
  const other = createClient(closed.url);
  const json = { username: 'Ann', email: 'ann@example.com', password };
  const answer = await other.api('POST', '/api/users', { json });
  assert.equal(answer.status, 403, answer.text);
  assert.equal(typeof answer.body['detail'], 'string');
  assertError(await other.api('GET', '/api/users/1'), 404, 'User not found');
});
