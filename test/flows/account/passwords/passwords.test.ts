import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertError, assertUnauthorized, passwordRequests } from '../../../support/client.ts';
import { claimsOf, nowSeconds, signToken } from '../../../support/jwt.ts';
import { resetToken } from '../../../support/servers/outbox.ts';
import { openBlog } from '../../../support/blog.ts';
import { useRealHashes } from '../../../support/processes/cheap-hashes.ts';

const SECRET_KEY = 'the key of these tests, which is long enough';
const INVALID = 'Invalid or expired token';

useRealHashes();
const { server, client } = await openBlog({ SECRET_KEY, FRONTEND_URL: 'https://blog.example.org' });

const { me, change, forgot, reset } = passwordRequests(client);

test('a change of password ends every earlier token', async () => {
  const ann = await client.person();
  const wrong = await change(ann, 'not the password', 'a new password');
  assertError(wrong, 400, 'Current password is incorrect');
  assert.equal((await me(ann.token)).status, 200);

  const answer = await change(ann, ann.password, 'a new password');
  const text = '{"message":"Password changed successfully"}';
  assert.deepEqual([answer.status, answer.text], [200, text]);
  assertUnauthorized(await me(ann.token), INVALID);
  assertUnauthorized(await client.login(ann.email, ann.password), 'Incorrect email or password');
  const again = await client.login(ann.email, 'a new password');
  assert.equal((await me(again.body.access_token)).status, 200);
  const { ver } = claimsOf(again.body.access_token);
  assert.ok(Number(ver) > Number(claimsOf(ann.token)['ver']));
});

test('a token without a version counts unless it was made before the second of the change', async () => {
  const bob = await client.person();
  const sub = String(bob.id);
  const exp = nowSeconds() + 600;
  assert.equal((await change(bob, bob.password, 'a new password')).status, 200);
  const { db } = server.context;
  const { password_changed_at } = await db
    .selectFrom('users')
    .select('password_changed_at')
    .where('id', '=', bob.id)
    .executeTakeFirstOrThrow();
  const second = Math.floor(Number(password_changed_at) / 1_000_000);
  assert.ok(Math.abs(second - nowSeconds()) < 600);
  for (const iat of [second, second + 1, second + 0.001, undefined]) {
    const token = signToken(SECRET_KEY, { sub, exp, ...(iat === undefined ? {} : { iat }) });
    assert.equal((await me(token)).status, 200, String(iat));
  }
  for (const iat of [second - 1, second - 100, 0]) {
    assertUnauthorized(await me(signToken(SECRET_KEY, { sub, exp, iat })), INVALID);
  }
});

test('a change or a reset of the password ends every browser session', async () => {
  const ann = await client.person();
  const account = async (cookie: string) =>
    (await client.api('GET', '/account', { headers: { cookie } })).status;
  const signIn = async (password: string) => {
    const form = { username: ann.email, email: ann.email, password };
    const answer = await client.api('POST', '/login', { form });
    assert.equal(answer.status, 303, answer.text.slice(0, 300));
    return answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
  };
  const first = await signIn(ann.password);
  assert.equal(await account(first), 200);
  assert.equal((await change(ann, ann.password, 'a new password')).status, 200);
  assert.equal(await account(first), 303);

  const second = await signIn('a new password');
  assert.equal(await account(second), 200);
  await forgot(ann.email);
  await reset(await resetToken(server.dataDir, ann.email), 'a third password');
  assert.equal(await account(second), 303);
});

test('a change of password needs a token', async () => {
  const json = { current_password: 'x', new_password: 'short' };
  const answer = await client.api('PATCH', '/api/users/me/password', { json });
  assertUnauthorized(answer, 'Not authenticated');
});
