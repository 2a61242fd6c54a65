import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeSetting } from '../../src/settings/settings.ts';
import { openBlog } from '../support/blog.ts';
import { createVisitor } from '../support/visitor.ts';
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

test('nobody gives themselves a role or a state', async () => {
  const wanted = {
    role: 'owner',
    state: 'active',
    state_reason: 'x',
    suspended_until: '0',
    invitation_id: '1',
    created_at: '0',
    reset_link_at: '0',
    bio_html: '<b>x</b>',
    readers: 'everyone',
    registration: 'open',
  };
  await changeSetting(server.context, 'registration', 'approval');
  const account = (name: string) => ({
    username: name,
    email: `${name}@example.com`,
    password: 'a long password',
    confirm_password: 'a long password',
  });
  const made = await client.api('POST', '/api/users', { json: { ...wanted, ...account('one') } });
  assert.equal(made.status, 201, made.text);
  const visitor = createVisitor(server.url);
  const page = await visitor.post('/register', { ...wanted, ...account('two') });
  assert.equal(page.status, 303, page.text);
  await changeSetting(server.context, 'registration', '');
  const { id, token, email } = mallory;
  await client.api('PATCH', `/api/users/${id}`, { token, json: { ...wanted, username: 'Mal' } });
  await mallory.browser.post('/account', { ...wanted, username: 'Mal', email, bio: 'x' });
  await mallory.browser.post('/admin/settings', wanted);
  const rows = await server.context.db
    .selectFrom('users')
    .select(['username', 'role', 'state', 'state_reason', 'invitation_id', 'created_at'])
    .where('username', 'in', ['one', 'two', 'Mal'])
    .orderBy('id')
    .execute();
  const seen = rows.map((row) => [row.username, row.role, row.state, row.state_reason]);
  assert.deepEqual(seen, [
    ['Mal', 'member', 'active', null],
    ['one', 'member', 'waiting', null],
    ['two', 'member', 'waiting', null],
  ]);
  assert.ok(rows.every((row) => row.created_at > 0 && row.invitation_id === null));
});

test('a comment, a draft or a report belongs to whoever made it', async () => {
  const forged = { ...annsOwn(), state: 'hidden', hidden_reason: 'x', created_at: 0, html: '<b>' };
  const before = await rowsOf(server.context, ann.id);
  const { token } = mallory;
  const made = async (path: string, fields: object) => {
    const answer = await client.api('POST', path, { token, json: { ...forged, ...fields } });
    assert.equal(answer.status, 201, answer.text);
    return Number(answer.body['id']);
  };
  const { id: own } = await client.post(token, 'Own', 'Text');
  const comment = await made(`/api/posts/${own}/comments`, { content: 'By Mallory' });
  const draft = await made('/api/drafts', { title: 'By Mallory', post_id: null, version: 9 });
  const patch = { token, json: { ...forged, content: 'Again' } };
  await client.api('PATCH', `/api/comments/${comment}`, patch);
  const at = { ...patch, headers: { 'if-match': '"1"' } };
  assert.equal((await client.api('PATCH', `/api/drafts/${draft}`, at)).status, 200);
  const report = { token, json: { ...forged, reason: 'x' } };
  assert.equal((await client.api('POST', `/api/posts/${post}/report`, report)).status, 204);
  const { db } = server.context;
  const one = (table: 'comments' | 'drafts' | 'reports') =>
    db.selectFrom(table).select('user_id').where('user_id', '=', mallory.id).execute();
  for (const table of ['comments', 'drafts', 'reports'] as const) {
    assert.equal((await one(table)).length, 1, table);
  }
  const stored = await db
    .selectFrom('comments')
    .select(['state', 'html', 'post_id'])
    .where('id', '=', comment)
    .executeTakeFirstOrThrow();
  assert.deepEqual(
    { ...stored },
    { state: 'visible', html: '<p dir="auto">Again</p>', post_id: own },
  );
  assert.equal(await rowsOf(server.context, ann.id), before);
});
