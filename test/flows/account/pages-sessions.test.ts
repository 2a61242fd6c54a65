import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileBody, MULTIPART } from '../../support/multipart.ts';
import { plain } from '../../support/pictures.ts';
import { openBlog } from '../../support/blog.ts';
import {
  createVisitor,
  FIREFOX,
  signedIn,
  statusOf,
  type Seen,
  type Visitor,
} from '../../support/visitor.ts';

const { server, client } = await openBlog();

const isIn = async (visitor: Visitor) => (await visitor.get('/account')).status === 200;

/** The ids of the sessions that the page can end. */
const sessionsOf = ({ text }: Seen) =>
  [...text.matchAll(/name="session" value="([^"]+)"/g)].map(([, id]) => id ?? '');

test('a password that is changed by the API ends the sessions of browsers, too', async () => {
  const person = await client.person();
  const visitor = await signedIn(server.url, person);
  const json = { current_password: person.password, new_password: 'another password' };
  await client.api('PATCH', '/api/users/me/password', { token: person.token, json });
  assert.equal(await isIn(visitor), false);
});

test('one other session can be ended, or all of them', async () => {
  const person = await client.person();
  const here = await signedIn(server.url, person);
  const [second, third] = [
    await signedIn(server.url, person, FIREFOX),
    await signedIn(server.url, person, FIREFOX),
  ];
  const page = await here.get('/account');
  assert.equal(sessionsOf(page).length, 2);
  assert.match(page.text, /Chrome on Windows<\/strong> <span class="badge">This browser/);
  assert.match(page.text, /aria-label="Log out Firefox on Linux"/);
  for (const { cookies } of [here, second, third]) {
    assert.ok(!page.text.includes(cookies.get('session') ?? 'none'), 'ids are not cookies');
  }

  const [id = ''] = sessionsOf(page);
  const ended = await here.post('/account/sessions/end', { session: id });
  assert.equal(statusOf(await here.follow(ended)), 'That browser has been logged out.');
  const left = [await isIn(second), await isIn(third)];
  assert.equal(left.filter(Boolean).length, 1);

  const all = await here.post('/account/sessions/end-others');
  assert.equal(statusOf(await here.follow(all)), 'All other browsers have been logged out.');
  assert.deepEqual([await isIn(second), await isIn(third)], [false, false]);
  assert.deepEqual(sessionsOf(await here.get('/account')), []);
});

test('nobody can end another’s sessions, and an invalid id does nothing', async () => {
  const [person, other] = [await client.person(), await client.person()];
  const [here, second] = [await signedIn(server.url, person), await signedIn(server.url, person)];
  const [id = ''] = sessionsOf(await here.get('/account'));
  const stranger = await signedIn(server.url, other);
  for (const session of [id, 'x', '', "' or 1=1 --"]) {
    assert.equal((await stranger.post('/account/sessions/end', { session })).status, 303);
  }
  await stranger.post('/account/sessions/end-others');
  assert.deepEqual(
    [await isIn(here), await isIn(second), await isIn(stranger)],
    [true, true, true],
  );
});

test('a session cookie gives no access below /api', async () => {
  const person = await client.person();
  const { id } = await client.post(person.token);
  const visitor = await signedIn(server.url, person);
  const picture = fileBody(await plain('#123456').png().toBuffer());
  const cases: [string, string, object][] = [
    ['GET', '/api/users/me', {}],
    ['PATCH', '/api/users/me/password', { json: {} }],
    ['PATCH', `/api/users/${person.id}`, { json: { username: 'x' } }],
    ['DELETE', `/api/users/${person.id}`, {}],
    ['PATCH', `/api/users/${person.id}/picture`, { body: picture, headers: MULTIPART }],
    ['DELETE', `/api/users/${person.id}/picture`, {}],
    ['POST', '/api/posts', { json: { title: 'x', content: 'x' } }],
    ['PUT', `/api/posts/${id}`, { json: { title: 'x', content: 'x' } }],
    ['PATCH', `/api/posts/${id}`, { json: { title: 'x' } }],
    ['DELETE', `/api/posts/${id}`, {}],
  ];
  for (const [method, path, sent] of cases) {
    const answer = await visitor.ask(method, path, sent);
    assert.equal(answer.status, 401, `${method} ${path}`);
    assert.equal(answer.text, '{"detail":"Not authenticated"}');
  }
  const token = { authorization: `Bearer ${visitor.cookies.get('session')}` };
  assert.equal((await visitor.get('/api/users/me', token)).status, 401);
});

test('a bearer token gives no access to pages', async () => {
  const { token } = await client.person();
  const page = await createVisitor(server.url).get('/account', {
    authorization: `Bearer ${token}`,
  });
  assert.equal(page.status, 303);
});
