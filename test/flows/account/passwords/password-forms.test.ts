import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openBlog } from '../../../support/blog.ts';
import type { Person } from '../../../support/client.ts';
import { countHashes } from '../../../support/hashes.ts';
import { pythonHash } from '../../../support/databases/original-blog.ts';
import { resetToken } from '../../../support/servers/outbox.ts';
import { createVisitor, errorsOf } from '../../../support/visitor.ts';

/** The same words as two keyboards send them: composed, and letter by letter. */
const COMPOSED = 'Z\u00fcrich K\u00e4se 77';
const DECOMPOSED = 'Zu\u0308rich Ka\u0308se 77';
const FORMS = [COMPOSED, DECOMPOSED];

const { server, client } = await openBlog();
const { db } = server.context;

const rowOf = ({ id }: Pick<Person, 'id'>) =>
  db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const status = async (email: string, password: string) =>
  (await client.login(email, password)).status;

test('a password set in one form is right in the other, wherever it is asked for', async () => {
  for (const [set, typed] of [FORMS, FORMS.toReversed()] as [string, string][]) {
    const { email, username } = await client.register();
    await client.api('POST', '/api/users/forgot-password', { json: { email } });
    const token = await resetToken(server.dataDir, email);
    const json = { token, new_password: set };
    assert.equal(
      (await client.api('POST', '/api/users/reset-password', { json })).status,
      200,
      username,
    );
    for (const form of FORMS) assert.equal(await status(email, form), 200);
    const { body } = await client.login(email, typed);
    const change = { current_password: typed, new_password: set };
    const changed = await client.api('PATCH', '/api/users/me/password', {
      token: body.access_token,
      json: change,
    });
    assert.equal(changed.status, 200, changed.text);

    const visitor = createVisitor(server.url);
    await visitor.signIn({ email, password: typed });
    const page = await visitor.post('/account/password', {
      current_password: typed,
      new_password: set,
      confirm_password: typed,
    });
    assert.equal(page.status, 303, page.text);
    assert.equal(await status(email, `${typed} `), 401);
  }
});

test('registration by API and form hashes the same form', async () => {
  const json = { username: 'by api', email: 'api@example.com', password: DECOMPOSED };
  assert.equal((await client.api('POST', '/api/users', { json })).status, 201);
  const page = await createVisitor(server.url).post('/register', {
    username: 'by form',
    email: 'form@example.com',
    password: DECOMPOSED,
    confirm_password: COMPOSED,
  });
  assert.equal(page.status, 303, page.text);
  for (const { email } of [json, { email: 'form@example.com' }]) {
    for (const form of FORMS) assert.equal(await status(email, form), 200, email);
  }
});

test('a hash of what was typed is right for that, is replaced, and ends no session or token', async () => {
  const old = await client.person();
  await db
    .updateTable('users')
    .set({ password_hash: pythonHash(DECOMPOSED) })
    .where('id', '=', old.id)
    .execute();
  const before = await rowOf(old);
  assert.equal(await status(old.email, COMPOSED), 401);
  assert.equal(await status(old.email, DECOMPOSED), 200);
  const after = await rowOf(old);
  assert.notEqual(after.password_hash, before.password_hash);
  assert.deepEqual({ ...after, password_hash: '' }, { ...before, password_hash: '' });
  assert.equal(await status(old.email, COMPOSED), 200);
  assert.equal((await client.api('GET', '/api/users/me', { token: old.token })).status, 200);
  assert.equal((await rowOf(old)).password_hash, after.password_hash, 'it is replaced once');
});

test('a password that is hashed again while it is changed is changed all the same', async () => {
  const old = await client.person();
  await db
    .updateTable('users')
    .set({ password_hash: pythonHash(DECOMPOSED) })
    .where('id', '=', old.id)
    .execute();
  const changed = await client.api('PATCH', '/api/users/me/password', {
    token: old.token,
    json: { current_password: DECOMPOSED, new_password: 'another password' },
  });
  assert.equal(changed.status, 200, changed.text);
  assert.equal(await status(old.email, 'another password'), 200);
});

test('the eight characters count as they are typed', async () => {
  const [seven, eight] = ['u\u0308'.repeat(3) + 'x', 'u\u0308'.repeat(4)];
  const ask = (password: string, n: number) =>
    client.api('POST', '/api/users', {
      json: { username: `eight ${n}`, email: `eight${n}@example.com`, password },
    });
  assert.equal((await ask(seven, 1)).status, 422);
  assert.equal((await ask(eight, 2)).status, 201);
});

test('a common password in other letters is one', async () => {
  const wide = '\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\uff11';
  const page = await createVisitor(server.url).post('/register', {
    username: 'wide',
    email: 'wide@example.com',
    password: wide,
    confirm_password: wide,
  });
  assert.deepEqual(Object.keys(errorsOf(page)), ['password']);
});

/** Everything that asks for a password, with the answer to a wrong one. */
const DOORS: Record<string, (email: string, password: string) => Promise<number>> = {
  'the API': status,
  'the form': async (username, password) =>
    (await createVisitor(server.url).post('/login', { username, password })).status,
};

async function costs(t: TestContext, knock: () => Promise<number>): Promise<number> {
  const count = countHashes(t);
  assert.equal(await knock(), 401);
  const hashes = count();
  t.mock.restoreAll();
  return hashes;
}

for (const [door, knock] of Object.entries(DOORS)) {
  test(`at a login by ${door} an unknown user costs as many hashes as a wrong password`, async (t) => {
    const ann = await client.register();
    const imported = await client.register();
    await db
      .updateTable('users')
      .set({ password_hash: '!unusable' })
      .where('id', '=', imported.id)
      .execute();
    for (const [typed, expected] of [
      ['a wrong password', 1],
      [COMPOSED, 1],
      [DECOMPOSED, 2],
    ] as const) {
      for (const email of [ann.email, 'nobody@example.com', imported.email, 'not an address']) {
        const hashes = await costs(t, () => knock(email, typed));
        assert.equal(hashes, expected, `${email} with ${typed}`);
      }
    }
  });
}
