import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../support/blog.ts';
import {
  createVisitor,
  errorsOf,
  FIREFOX,
  focusOf,
  signedIn,
  statusOf,
  textOf,
  valuesOf,
  type Visitor,
} from '../../support/visitor.ts';

const { server, client } = await openBlog();

const isIn = async (visitor: Visitor) => (await visitor.get('/account')).status === 200;

test('an anonymous visitor is sent to the login and back', async () => {
  const visitor = createVisitor(server.url);
  const person = await client.person();
  const { id } = await client.post(person.token);
  for (const [method, path, next] of [
    ['GET', '/account', '/account'],
    ['GET', '/account/delete', '/account'],
    ['POST', '/account', '/account'],
    ['POST', '/account/password', '/account'],
    ['POST', '/account/picture', '/account'],
    ['POST', '/account/picture/delete', '/account'],
    ['POST', '/account/sessions/end', '/account'],
    ['POST', '/account/sessions/end-others', '/account'],
    ['POST', '/account/delete', '/account'],
    ['GET', '/posts/new', '/posts/new'],
    ['GET', `/posts/${id}/edit`, `/posts/${id}/edit`],
    ['GET', `/posts/${id}/delete`, `/posts/${id}/delete`],
    ['POST', `/posts/${id}/delete`, `/posts/${id}/delete`],
  ] as const) {
    const answer = await visitor.ask(method, path);
    const expected = [303, `/login?next=${encodeURIComponent(next)}`];
    assert.deepEqual([answer.status, answer.location], expected, `${method} ${path}`);
  }
  const script = await visitor.post('/account', {}, { accept: 'application/json' });
  assert.deepEqual([script.status, script.text], [401, '{"detail":"Please log in."}']);
  assert.equal((await client.api('GET', `/api/posts/${id}`)).status, 200);
});

test('name and e-mail change, and a refusal keeps what was typed', async () => {
  const ann = await client.person('Ann');
  await client.person('Zoe');
  const visitor = await signedIn(server.url, ann);
  const page = await visitor.get('/account');
  assert.deepEqual([valuesOf(page)['username'], valuesOf(page)['email']], ['Ann', ann.email]);
  const cases: [Record<string, string>, number, Record<string, string>][] = [
    [{ username: 'ZOE' }, 400, { username: 'Username already exists' }],
    [{ username: '' }, 422, { username: 'Please fill in this field.' }],
    [{ username: 'x'.repeat(51) }, 422, { username: 'Must be at most 50 characters.' }],
    [{ email: `${'x'.repeat(115)}@a.com` }, 422, { email: 'Must be at most 120 characters.' }],
  ];
  for (const [wrong, status, errors] of cases) {
    const sent = { username: 'Ann', email: ann.email, ...wrong };
    const refused = await visitor.post('/account', sent);
    assert.equal(refused.status, status);
    assert.deepEqual(errorsOf(refused), errors);
    assert.equal(focusOf(refused), Object.keys(errors)[0]);
    const { username, email } = valuesOf(refused);
    assert.deepEqual({ username, email }, sent);
    assert.match(refused.text, /<bdi>Ann<\/bdi>/, 'the page still calls her by her name');
  }
  const { password: current_password } = ann;
  const sent = { username: 'aNN', email: 'New@Example.com', current_password };
  const changed = await visitor.post('/account', sent);
  assert.equal(changed.location, '/account?done=profile');
  const after = await visitor.follow(changed);
  assert.equal(statusOf(after), 'Profile updated successfully!');
  assert.deepEqual(
    [valuesOf(after)['username'], valuesOf(after)['email']],
    ['aNN', 'new@example.com'],
  );
});

test('unknown fields of a form change nothing', async () => {
  const [person, victim] = [await client.person(), await client.person()];
  const visitor = await signedIn(server.url, person);
  const id = String(victim.id);
  const fields = { image_file: 'x.jpg', id, user_id: id, ['__proto__']: 'x' };
  await visitor.post('/account', { ...fields, username: 'Still me' });
  const [me, other] = await Promise.all(
    [person, victim].map(({ id }) => client.api('GET', `/api/users/${id}`)),
  );
  assert.deepEqual([me?.body['username'], me?.body['image_file']], ['Still me', null]);
  assert.equal(other?.body['username'], victim.username);
});

test('a new password ends every session but gives this browser a new one', async () => {
  const person = await client.person();
  const [here, there] = [
    await signedIn(server.url, person),
    await signedIn(server.url, person, FIREFOX),
  ];
  const old = here.cookies.get('session') ?? '';
  const next = { new_password: 'another password', confirm_password: 'another password' };
  const cases: [Record<string, string>, number, Record<string, string>][] = [
    [
      { current_password: 'wrong guess' },
      400,
      { current_password: 'Current password is incorrect' },
    ],
    [{ confirm_password: 'x' }, 422, { confirm_password: 'Passwords do not match.' }],
    [
      { new_password: 'short', confirm_password: 'short' },
      422,
      { new_password: 'Must be at least 8 characters.' },
    ],
  ];
  for (const [wrong, status, errors] of cases) {
    const sent = { current_password: person.password, ...next, ...wrong };
    const refused = await here.post('/account/password', sent);
    assert.equal(refused.status, status);
    assert.deepEqual(errorsOf(refused), errors);
    assert.doesNotMatch(refused.text, /another password|wrong guess/);
    assert.equal(valuesOf(refused)['username'], person.username);
    assert.ok(await isIn(there));
  }
  const done = await here.post('/account/password', { current_password: person.password, ...next });
  assert.equal(done.location, '/account?done=password');
  assert.equal(statusOf(await here.follow(done)), 'Password changed successfully!');
  assert.equal(await isIn(there), false);
  assert.notEqual(here.cookies.get('session'), old);
  here.cookies.set('session', old);
  assert.equal(await isIn(here), false);
  assert.equal((await client.api('GET', '/api/users/me', { token: person.token })).status, 401);
  await signedIn(server.url, { ...person, password: 'another password' });
});

test('an account is deleted with everything that the question named', async () => {
  const person = await client.person('Leaver');
  const { id } = await client.post(person.token, 'Last words');
  const [here, there] = [await signedIn(server.url, person), await signedIn(server.url, person)];
  const question = await here.get('/account/delete');
  assert.match(question.text, /Leaver/);
  assert.match(question.text, /your 1 post/);
  const gone = await here.post('/account/delete', { current_password: person.password });
  assert.equal(gone.location, '/?done=account-deleted');
  assert.match(gone.headers.get('set-cookie') ?? '', /^session=;/);
  assert.equal(statusOf(await here.follow(gone)), 'Your account has been deleted.');
  assert.equal(await isIn(there), false);
  assert.equal((await here.get(`/posts/${id}`)).status, 404);
  assert.equal((await here.get(`/users/${person.id}/posts`)).status, 404);
});

test('an account is deleted on its page with the password only', async () => {
  const person = await client.person();
  const visitor = await signedIn(server.url, person);
  const question = await visitor.get('/account/delete');
  assert.match(question.text, /<input [^>]*type="password"[^>]* name="current_password"/);
  const json = { accept: 'application/json' };
  for (const current_password of ['', 'a wrong one', `${person.password} `]) {
    const refused = await visitor.post('/account/delete', { current_password });
    assert.equal(refused.status, 400);
    assert.equal(textOf(refused, 'delete_password-error'), 'Current password is incorrect');
    assert.equal(focusOf(refused), 'current_password');
    assert.match(refused.text, /Delete Account\?/);
    const script = await visitor.post('/account/delete', { current_password }, json);
    assert.deepEqual(JSON.parse(script.text), {
      detail: [{ loc: ['body', 'current_password'], msg: 'Current password is incorrect' }],
    });
  }
  assert.equal((await visitor.get('/account')).status, 200, 'and nobody is signed out');
  const gone = await visitor.post('/account/delete', { current_password: person.password });
  assert.equal(gone.location, '/?done=account-deleted');
  assert.equal((await client.login(person.email, person.password)).status, 401);
});
