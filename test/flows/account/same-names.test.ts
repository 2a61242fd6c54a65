import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exactKey } from '../../../src/unicode/case-fold.ts';
import { openBlog } from '../../support/blog.ts';
import { assertError, type Person, type User } from '../../support/client.ts';
import { assertInvalid, type Entry } from '../../support/field-errors.ts';
import { createVisitor, errorsOf, statusOf, valuesOf } from '../../support/visitor.ts';

const { server, client } = await openBlog();
const password = 'long enough';
let count = 0;
const freshEmail = () => `same${++count}@example.com`;

const create = (username: string, email = freshEmail()) =>
  client.api<User>('POST', '/api/users', { json: { username, email, password } });
const patch = (who: Person, json: object) =>
  client.api<User>('PATCH', `/api/users/${who.id}`, { token: who.token, json });

const refusal = (input: string, error: string): Entry => ({
  type: 'value_error',
  loc: ['body', 'username'],
  msg: `Value error, ${error}`,
  input,
  ctx: { error },
});
const NOTHING = 'A name needs a visible character.';
const SPACE = 'A name must not begin or end with a space.';

const refused: [string, string][] = [
  ['   ', NOTHING],
  ['\u200b\u200b', NOTHING],
  ['\u2060', NOTHING],
  ['\u2800\u3164', NOTHING],
  ['\u00a0\n', NOTHING],
  [' vera', SPACE],
  ['vera ', SPACE],
  ['vera\u3000', SPACE],
  ['vera \u200b', SPACE],
];
for (const [username, error] of refused) {
  test(`the API refuses the name ${JSON.stringify(username)}`, async () => {
    assertInvalid(await create(username), [refusal(username, error)]);
    const ann = await client.person();
    assertInvalid(await patch(ann, { username }), [refusal(username, error)]);
    const both = await patch(ann, { username, email: 'no' });
    const { detail } = both.body as unknown as { detail: Entry[] };
    assert.deepEqual(
      detail.map(({ loc }) => loc[1]),
      ['username', 'email'],
    );
  });
}

test('what cannot be seen does not make another name', async () => {
  const vera = await client.person('Vera K');
  const other = await client.person('other');
  for (const username of [
    'vera k\u2060',
    '\u200bVERA K',
    've\u00adra k',
    'vera  k',
    'vera\u00a0k',
    'vera \u200b k',
    'vera\u2800 k',
  ]) {
    assertError(await create(username), 400, 'Username already exists');
    assertError(await patch(other, { username }), 400, 'Username already exists');
    const own = await patch(vera, { username });
    assert.deepEqual([own.status, own.body.username], [200, username]);
  }
  assert.equal((await create('Vera\u2060Q')).status, 201);
});

test('on pages spaces around a name are removed, and a name that shows nothing is told beside its field', async () => {
  const visitor = createVisitor(server.url);
  const form = (username: string) => ({
    username,
    email: freshEmail(),
    password: 'a password of mine',
    confirm_password: 'a password of mine',
  });
  for (const username of [' \t ', '\u200b', ' \u2060 ']) {
    const page = await visitor.post('/register', form(username));
    assert.equal(page.status, 422);
    assert.ok('username' in errorsOf(page), page.text);
  }
  const { email, ...rest } = form('  Nora \u00a0');
  assert.equal((await visitor.post('/register', { email, ...rest })).status, 303);
  await visitor.signIn({ email, password: rest.password });
  assert.equal(valuesOf(await visitor.get('/account'))['username'], 'Nora');

  const renamed = await visitor.post('/account', { username: ' Nora L ', email });
  assert.equal(statusOf(await visitor.follow(renamed)), 'Profile updated successfully!');
  assert.equal(valuesOf(await visitor.get('/account'))['username'], 'Nora L');
  const blank = await visitor.post('/account', { username: '\u200b', email });
  assert.deepEqual([blank.status, errorsOf(blank)], [422, { username: NOTHING }]);
});

test('a name that was stored before stays valid when it is sent again unchanged', async () => {
  const { db } = server.context;
  for (const username of [' Old ', '\u200b', 'Trail\u00a0']) {
    const old = await client.person();
    await db
      .updateTable('users')
      .set({ username, username_key: `stored ${old.id}` })
      .where('id', '=', old.id)
      .execute();
    const email = freshEmail();
    const moved = await patch(old, { username, email });
    assert.deepEqual([moved.status, moved.body.username, moved.body.email], [200, username, email]);
    const visitor = createVisitor(server.url);
    await visitor.signIn({ ...old, email });
    const sent = await visitor.post('/account', { username, email });
    assert.equal(sent.status, 303, sent.text);
    const { body } = await client.api<User>('GET', `/api/users/${old.id}`);
    assert.equal(body.username, username);
    // The stored name of another user does not count.
    const other = await client.person();
    assert.equal((await patch(other, { username })).status, 422);
  }
});

const SPELLINGS = ['erik@b\u00fccher.example', 'erik@xn--bcher-kva.example'];

test('a domain outside ASCII and its form in DNS are one address', async () => {
  const [typed = '', ascii = ''] = SPELLINGS;
  const erik = await create('Erik', ascii);
  assert.deepEqual([erik.status, erik.body.email], [201, ascii]);
  const spellings = [typed, ascii, 'Erik@BÜCHER.example', 'erik@bu\u0308cher.example'];
  for (const email of spellings) {
    assert.equal((await client.login(email, password)).status, 200, email);
    assertError(await create('Another', email), 400, 'Email already registered');
  }
  const own = { id: erik.body.id, token: (await client.login(ascii, password)).body.access_token };
  const moved = await patch(own as Person, { email: typed });
  assert.deepEqual([moved.status, moved.body.email], [200, typed], 'it is shown as it was typed');
  for (const email of spellings) assert.equal((await client.login(email, password)).status, 200);
  await patch(own as Person, { email: freshEmail() });
});

test('of two accounts that had one address in two spellings each signs in with its own', async () => {
  const [typed = '', ascii = ''] = SPELLINGS;
  const first = await create('First', ascii);
  const second = await create('Second');
  const { db } = server.context;
  await db
    .updateTable('users')
    .set({ email: typed, email_key: exactKey(typed) })
    .where('id', '=', second.body.id)
    .execute();
  const signedIn = async (email: string) => {
    const { body } = await client.login(email, password);
    return (await client.api<User>('GET', '/api/users/me', { token: body.access_token })).body.id;
  };
  assert.equal(await signedIn(typed), second.body.id);
  assert.equal(await signedIn(typed.toUpperCase()), second.body.id);
  assert.equal(await signedIn(ascii), first.body.id);
  assert.equal(await signedIn('erik@bu\u0308cher.example'), first.body.id);
  assertError(await create('Third', typed), 400, 'Email already registered');

  const { body: login } = await client.login(typed, password);
  const again = { id: second.body.id, token: login.access_token } as Person;
  assert.equal((await patch(again, { username: 'Second', email: typed })).status, 200);
  assert.equal(await signedIn(typed), second.body.id);

  // The other account is gone, and the exact spelling is still not free.
  const gone = (await client.login(ascii, password)).body.access_token;
  await client.api('DELETE', `/api/users/${first.body.id}`, { token: gone });
  assertError(await create('Third', typed), 400, 'Email already registered');
  assert.equal(await signedIn(typed), second.body.id);
});

test('an address of a million marks is answered', async () => {
  const answer = await client.login(`a${'\u0301\u0323'.repeat(500_000)}@example.com`, password);
  assertError(answer, 401, 'Incorrect email or password');
});
