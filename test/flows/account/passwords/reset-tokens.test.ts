import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { assertError, assertUnauthorized, passwordRequests } from '../../../support/client.ts';
import { newResetLink } from '../../../../src/users/reset.service.ts';
import { getUser } from '../../../../src/users/users.service.ts';
import { mails, resetToken } from '../../../support/servers/outbox.ts';
import { openBlog } from '../../../support/blog.ts';
import { useRealHashes } from '../../../support/processes/cheap-hashes.ts';

const SECRET_KEY = 'the key of these tests, which is long enough';
const INVALID = 'Invalid or expired token';
const NOT_A_RESET = 'Invalid or expired reset token';

useRealHashes();
const { server, client } = await openBlog({ SECRET_KEY, FRONTEND_URL: 'https://blog.example.org' });

const { me, change, forgot, reset } = passwordRequests(client);

test('a reset request gets the same answer for every address, and only known ones get a mail', async () => {
  const eve = await client.register();
  const text =
    '{"message":"If an account exists with this email, you will receive password reset instructions."}';
  for (const email of ['nobody@example.com', eve.email.toUpperCase()]) {
    const answer = await forgot(email);
    assert.deepEqual([answer.status, answer.text], [202, text]);
  }
  const token = await resetToken(server.dataDir, eve.email);
  assert.match(token, /^[\w-]{43}$/);
  const all = (await mails(server.dataDir)).join('\n');
  assert.doesNotMatch(all, /nobody@example.com/i);
  assert.match(all, /https:\/\/blog\.example\.org\/reset-password\?token=/);
});

test('a reset token is stored as its SHA-256 only', async () => {
  const zed = await client.register();
  await forgot(zed.email);
  const token = await resetToken(server.dataDir, zed.email);
  const rows = await server.context.db
    .selectFrom('reset_tokens')
    .selectAll()
    .where('user_id', '=', zed.id)
    .execute();
  assert.equal(rows.length, 1);
  assert.doesNotMatch(JSON.stringify(rows), new RegExp(token));
  assert.equal(rows[0]?.token_hash, createHash('sha256').update(token).digest('hex'));
});

test('a reset token sets the password once and ends every earlier token', async () => {
  const ann = await client.person();
  await forgot(ann.email);
  const token = await resetToken(server.dataDir, ann.email);
  const answer = await reset(token);
  const text =
    '{"message":"Password reset successfully. You can now log in with your new password."}';
  assert.deepEqual([answer.status, answer.text], [200, text]);
  assertUnauthorized(await me(ann.token), INVALID);
  assertUnauthorized(await client.login(ann.email, ann.password), 'Incorrect email or password');
  assert.equal((await client.login(ann.email, 'a new password')).status, 200);
  assertError(await reset(token, 'another password'), 400, NOT_A_RESET);
});

test('a second reset request replaces the first token', async () => {
  const bob = await client.register();
  await forgot(bob.email);
  const first = await resetToken(server.dataDir, bob.email);
  await forgot(bob.email);
  const second = await resetToken(server.dataDir, bob.email, 2);
  assertError(await reset(first), 400, NOT_A_RESET);
  assert.equal((await reset(second)).status, 200);
});

test('if one token is used ten times at once, only one use succeeds', async () => {
  const bob = await client.register();
  await forgot(bob.email);
  const token = await resetToken(server.dataDir, bob.email);
  const uses = Array.from({ length: 10 }, (_, n) => reset(token, `new password ${n}`));
  const statuses = (await Promise.all(uses)).map((answer) => answer.status);
  assert.deepEqual(
    statuses.toSorted((a, b) => a - b),
    [200, ...Array.from({ length: 9 }, () => 400)],
  );
});

test('a change of password and the deletion of the account invalidate a reset token', async () => {
  const ann = await client.person();
  await forgot(ann.email);
  const token = await resetToken(server.dataDir, ann.email);
  assert.equal((await change(ann, ann.password, 'a new password')).status, 200);
  assertError(await reset(token), 400, NOT_A_RESET);

  const gone = await client.person();
  await forgot(gone.email);
  const orphan = await resetToken(server.dataDir, gone.email);
  await client.api('DELETE', `/api/users/${gone.id}`, { token: gone.token });
  assertError(await reset(orphan), 400, NOT_A_RESET);
});

test('a change of address voids a reset token, a change of the name alone does not', async () => {
  const ann = await client.person();
  const patch = (json: object) =>
    client.api('PATCH', `/api/users/${ann.id}`, { token: ann.token, json });
  await forgot(ann.email);
  const token = await resetToken(server.dataDir, ann.email);
  // Neither changes the address.
  for (const json of [{ username: 'Ann the third' }, { email: ann.email.toUpperCase() }]) {
    assert.equal((await patch(json)).status, 200);
  }
  assert.equal((await patch({ email: 'moved@example.com' })).status, 200);
  assertError(await reset(token), 400, NOT_A_RESET);
  await forgot('moved@example.com');
  assert.equal((await reset(await resetToken(server.dataDir, 'moved@example.com'))).status, 200);

  const bob = await client.person();
  await forgot(bob.email);
  const own = await resetToken(server.dataDir, bob.email);
  const json = { username: 'Bob the third', email: bob.email.toUpperCase() };
  assert.equal(
    (await client.api('PATCH', `/api/users/${bob.id}`, { token: bob.token, json })).status,
    200,
  );
  assert.equal((await reset(own)).status, 200);
});

test('a link is not made for an address that the account has no longer', async () => {
  const { context } = server;
  const ann = await client.person();
  const before = await getUser(context, ann.id);
  await client.api('PATCH', `/api/users/${ann.id}`, {
    token: ann.token,
    json: { email: 'elsewhere@example.com' },
  });
  await assert.rejects(newResetLink(context, before), /has just changed/);
});

test('of links made while the address changes none outlives the change', async () => {
  const { context } = server;
  const { id, token } = await client.person();
  for (let round = 0; round < 10; round++) {
    const before = await getUser(context, id);
    const links = Array.from({ length: 3 }, () => newResetLink(context, before));
    const json = { email: `round${round}@example.com` };
    const [changed] = await Promise.all([
      client.api('PATCH', `/api/users/${id}`, { token, json }),
      ...links.map((link) => link.catch(() => undefined)),
    ]);
    assert.equal(changed.status, 200);
    const rows = await context.db
      .selectFrom('reset_tokens')
      .select('token_hash')
      .where('user_id', '=', id)
      .execute();
    assert.deepEqual(rows, [], `round ${round}`);
  }
});

test('an address is confirmed by a mailed link, and no longer once it changes', async () => {
  const { db } = server.context;
  const ann = await client.person();
  const confirmed = async () =>
    (
      await db
        .selectFrom('users')
        .select('email_confirmed_at')
        .where('id', '=', ann.id)
        .executeTakeFirstOrThrow()
    ).email_confirmed_at;
  assert.equal(await confirmed(), null);
  await change(ann, ann.password, 'a new password');
  assert.equal(await confirmed(), null);
  await forgot(ann.email);
  await reset(await resetToken(server.dataDir, ann.email));
  const at = (await confirmed()) ?? 0;
  assert.ok(Math.abs(at / 1000 - Date.now()) < 600_000);
  const { access_token: token } = (await client.login(ann.email, 'a new password')).body;
  const patch = (json: object) => client.api('PATCH', `/api/users/${ann.id}`, { token, json });
  await patch({ username: 'Ann again', email: ann.email });
  assert.equal(await confirmed(), at);
  await patch({ email: 'unconfirmed@example.com' });
  assert.equal(await confirmed(), null);
});

test('a name that a stranger chose does not bring a link to an address that nobody confirmed', async () => {
  const username = 'You won! http://prize.example/x';
  const { email, id } = await client.register(username);
  await forgot(email);
  const token = await resetToken(server.dataDir, email);
  const first = (await mails(server.dataDir)).find((mail) => mail.includes(token)) ?? '';
  assert.match(first, /^Hi there,$/m);
  assert.doesNotMatch(first, /prize/);
  await reset(token);
  await forgot(email);
  const second = await resetToken(server.dataDir, email, 2);
  const later = (await mails(server.dataDir)).find((mail) => mail.includes(second)) ?? '';
  assert.match(later, /^Hi You won! http:\/\/prize\.example\/x,$/m, String(id));
});

test('an expired and an unknown reset token are refused; a token lasts an hour', async () => {
  const bob = await client.register();
  await forgot(bob.email);
  const token = await resetToken(server.dataDir, bob.email);
  const { db } = server.context;
  const mine = db.selectFrom('reset_tokens').select('expires_at').where('user_id', '=', bob.id);
  const { expires_at } = await mine.executeTakeFirstOrThrow();
  const minutes = (expires_at / 1000 - Date.now()) / 60_000;
  assert.ok(minutes > 50 && minutes <= 60, String(minutes));

  for (const unknown of [
    '',
    'x',
    'é'.repeat(50),
    token.slice(1),
    `${token}=`,
    'x'.repeat(100_000),
  ]) {
    assertError(await reset(unknown), 400, NOT_A_RESET);
  }
  await db
    .updateTable('reset_tokens')
    .set({ expires_at: 1 })
    .where('user_id', '=', bob.id)
    .execute();
  assertError(await reset(token), 400, NOT_A_RESET);
});
