import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openBlog } from '../../../support/blog.ts';
import { createVisitor, errorsOf } from '../../../support/visitor.ts';

const REASON = 'This password is too easy to guess. Please choose another one.';
const GUESSABLE = ['12345678', 'password', 'Password', 'iloveyou', 'QWERTYUIOP', 'The Gazette'];
/** No rules of composition, no maximum length, any characters. */
const GOOD = [
  'eight ch',
  'gazette of the day',
  'nur kleine buchstaben',
  'пароль из букв',
  '合言葉は長いほうがよい',
  '🙂🙃🙂🙃🙂🙃🙂🙃',
  'e\u0301'.repeat(40),
  'x'.repeat(64),
  ' spaces all around '.repeat(100),
];

const { server, client } = await openBlog({ SITE_NAME: 'The Gazette' });

const login = async (email: string, password: string) =>
  (await client.login(email, password)).status;

test('the registration form refuses common passwords, the API does not', async () => {
  const visitor = createVisitor(server.url);
  const fields = (password: string, n: number) => ({
    username: `Newcomer ${n}`,
    email: `newcomer${n}@example.com`,
    password,
    confirm_password: password,
  });
  const own = ['newcomer 1', 'Newcomer1@Example.com'];
  for (const password of [...GUESSABLE, ...own]) {
    const refused = await visitor.post('/register', fields(password, 1));
    assert.deepEqual([refused.status, errorsOf(refused)], [422, { password: REASON }], password);
    assert.match(refused.text, /value="newcomer1@example\.com"/);
  }
  for (const [n, password] of GOOD.entries()) {
    const { email, ...rest } = fields(password, n);
    assert.equal((await visitor.post('/register', { email, ...rest })).status, 303, password);
    assert.equal(await login(email, password), 200, password);
  }
  const json = { username: 'robot', email: 'robot@example.com', password: '12345678' };
  assert.equal((await client.api('POST', '/api/users', { json })).status, 201);
});

test('so do the forms for a new password', async () => {
  const ann = await client.person();
  const visitor = createVisitor(server.url);
  await visitor.signIn(ann);
  const change = (password: string) =>
    visitor.post('/account/password', {
      current_password: ann.password,
      new_password: password,
      confirm_password: password,
    });
  for (const password of [...GUESSABLE, ann.email]) {
    const refused = await change(password);
    assert.deepEqual([refused.status, errorsOf(refused)], [422, { new_password: REASON }]);
  }
  assert.equal(await login(ann.email, ann.password), 200);
  assert.equal((await change('no longer so easy')).status, 303);

  const reset = await visitor.post('/reset-password', {
    token: 'whatever',
    new_password: 'iloveyou',
    confirm_password: 'iloveyou',
  });
  assert.deepEqual([reset.status, errorsOf(reset)], [422, { new_password: REASON }]);
});
