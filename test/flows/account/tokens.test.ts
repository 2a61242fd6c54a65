import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertUnauthorized, createClient } from '../../support/client.ts';
import type { User } from '../../support/client.ts';
import { claimsOf, headerOf, nowSeconds, signToken } from '../../support/jwt.ts';
import { multipart, MULTIPART } from '../../support/multipart.ts';
import { openBlog } from '../../support/blog.ts';
import { startServer } from '../../support/server.ts';

const SECRET_KEY = 'the key of these tests, which is long enough';
const INVALID = 'Invalid or expired token';

const { server, client } = await openBlog({ SECRET_KEY });
const ann = await client.person('Ann');

const me = (authorization?: string, more: Record<string, string> = {}) =>
  client.api<User & Record<string, unknown>>('GET', '/api/users/me', {
    headers: { ...(authorization === undefined ? {} : { authorization }), ...more },
  });
const soon = () => nowSeconds() + 600;

test('a login returns a bearer token of 30 minutes that names the user', async () => {
  const answer = await client.login(ann.email.toUpperCase(), ann.password);
  assert.equal(answer.status, 200);
  assert.deepEqual(Object.keys(answer.body), ['access_token', 'token_type']);
  assert.equal(answer.body.token_type, 'bearer');
  const token = answer.body.access_token;
  assert.equal(headerOf(token)['alg'], 'HS256');
  const { sub, exp, iat, ver } = claimsOf(token);
  assert.equal(sub, String(ann.id));
  assert.equal(Number(exp) - Number(iat), 1800);
  assert.ok(Number.isInteger(ver));
  assert.equal((await me(`Bearer ${token}`)).body.id, ann.id);
});

test('a login form may be multipart and may say grant_type=password', async () => {
  const fields = { username: ann.email, password: ann.password };
  const body = multipart(Object.entries(fields).map(([name, data]) => ({ name, data })));
  const asMultipart = { headers: MULTIPART, body };
  for (const sent of [
    asMultipart,
    { form: { ...fields, grant_type: 'password' } },
    { form: { ...fields, grant_type: '', scope: '', client_id: 'x', client_secret: 'y' } },
    {
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: new URLSearchParams(fields).toString(),
    },
  ]) {
    const answer = await client.api('POST', '/api/users/token', sent);
    assert.equal(answer.status, 200, answer.text);
  }
});

test('a wrong password, a wrong e-mail and a username are refused alike', async () => {
  for (const [email, password] of [
    [ann.email, 'not the password'],
    ['nobody@example.com', ann.password],
    ['not an address', ann.password],
    [ann.username, ann.password],
    [ann.email, ` ${ann.password}`],
    [ann.email, 'x'.repeat(100_000)],
  ] as const) {
    assertUnauthorized(await client.login(email, password), 'Incorrect email or password');
  }
});

test('without a bearer token, requests are not authenticated', async () => {
  for (const authorization of [undefined, '', 'Basic YTpi', `Token ${ann.token}`, ann.token]) {
    assertUnauthorized(await me(authorization), 'Not authenticated');
  }
});

test('the scheme is not case-sensitive', async () => {
  for (const scheme of ['bearer', 'BEARER', 'bEARER']) {
    assert.equal((await me(`${scheme} ${ann.token}`)).status, 200);
  }
});

test('a session cookie is ignored below /api', async () => {
  const answer = await client.api('POST', '/login', {
    form: { username: ann.email, email: ann.email, password: ann.password },
  });
  assert.equal(answer.status, 303, answer.text.slice(0, 300));
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  assert.notEqual(cookie, '');
  assertUnauthorized(await me(undefined, { cookie }), 'Not authenticated');
  const asCookie = `access_token=${ann.token}; token=${ann.token}`;
  assertUnauthorized(await me(undefined, { cookie: asCookie }), 'Not authenticated');
});

test('a token signed elsewhere with our key is accepted, with or without an issue time', async () => {
  const sub = String(ann.id);
  for (const claims of [
    { sub, exp: soon() },
    { sub, exp: soon(), iat: nowSeconds() },
    { sub, exp: soon() + 0.5 },
    { sub, exp: soon(), scope: 'x', jti: 'y' },
  ]) {
    const answer = await me(`Bearer ${signToken(SECRET_KEY, claims)}`);
    assert.equal(answer.status, 200, JSON.stringify(claims));
  }
  assert.equal(
    (await me(`Bearer ${signToken(SECRET_KEY, { sub, exp: soon() }, { alg: 'HS256' })}`)).status,
    200,
  );
});

test('a token is invalid by its signature, its time, its claims or its algorithm', async () => {
  const sub = String(ann.id);
  const exp = soon();
  const good = signToken(SECRET_KEY, { sub, exp });
  const [head = '', body = '', signature = ''] = good.split('.');
  const [, otherBody = ''] = signToken(SECRET_KEY, { sub: '1', exp: exp + 1 }).split('.');
  const own = claimsOf(ann.token);
  const tokens: Record<string, string> = {
    empty: '',
    garbage: 'garbage',
    'three dots': '...',
    'other key': signToken(`${SECRET_KEY}!`, { sub, exp }),
    'other claims': `${head}.${otherBody}.${signature}`,
    'no signature': `${head}.${body}.`,
    'cut signature': good.slice(0, -4),
    'two tokens': `${good} ${good}`,
    expired: signToken(SECRET_KEY, { sub, exp: nowSeconds() - 1 }),
    'no exp': signToken(SECRET_KEY, { sub }),
    'exp as text': signToken(SECRET_KEY, { sub, exp: 'tomorrow' }),
    'no sub': signToken(SECRET_KEY, { exp }),
    'numeric sub': signToken(SECRET_KEY, { sub: ann.id, exp }),
    'sub null': signToken(SECRET_KEY, { sub: null, exp }),
    'sub no integer': signToken(SECRET_KEY, { sub: 'ann', exp }),
    'sub empty': signToken(SECRET_KEY, { sub: '', exp }),
    'sub with a fraction': signToken(SECRET_KEY, { sub: `${sub}.0`, exp }),
    'sub of a list': signToken(SECRET_KEY, { sub: [sub], exp }),
    HS512: signToken(SECRET_KEY, { sub, exp }, { alg: 'HS512', typ: 'JWT' }),
    HS384: signToken(SECRET_KEY, { sub, exp }, { alg: 'HS384', typ: 'JWT' }),
    none: signToken(SECRET_KEY, { sub, exp }, { alg: 'none', typ: 'JWT' }),
    'other version': signToken(SECRET_KEY, { ...own, ver: Number(own['ver']) + 1 }),
    'version as text': signToken(SECRET_KEY, { ...own, ver: 'x' }),
  };
  for (const [what, token] of Object.entries(tokens)) {
    const answer = await me(`Bearer ${token}`);
    assert.equal(answer.text, JSON.stringify({ detail: INVALID }), what);
    assertUnauthorized(answer, INVALID);
  }
  assertUnauthorized(await me('Bearer'), INVALID);
});

test('a valid token of an unknown user is answered `User not found`', async () => {
  const token = signToken(SECRET_KEY, { sub: '999999', exp: soon() });
  assertUnauthorized(await me(`Bearer ${token}`), 'User not found');
});

test('ACCESS_TOKEN_EXPIRE_MINUTES is how long a token lives', async () => {
  await using brief = await startServer({ ACCESS_TOKEN_EXPIRE_MINUTES: '7' });
  const { token } = await createClient(brief.url).person();
  const { exp, iat } = claimsOf(token);
  assert.equal(Number(exp) - Number(iat), 420);
});

test('a password hash of another Argon2id library verifies', async () => {
  const { id, email } = await client.register();
  // argon2-cffi's defaults, password "correct horse"
  const password_hash =
    '$argon2id$v=19$m=65536,t=3,p=4$d1pY/h3pX4owmXK+zt+DLw$jtH28jtB+A9++7S5gEhogAApikUI4F/pxvZHN2Vbwak';
  await server.context.db
    .updateTable('users')
    .set({ password_hash })
    .where('id', '=', id)
    .execute();
  assert.equal((await client.login(email, 'correct horse')).status, 200);
  assertUnauthorized(await client.login(email, 'correct house'), 'Incorrect email or password');
});

test('stored passwords are Argon2id in the PHC string format', async () => {
  const { db } = server.context;
  const row = await db
    .selectFrom('users')
    .select('password_hash')
    .where('id', '=', ann.id)
    .executeTakeFirstOrThrow();
  assert.match(
    row.password_hash,
    /^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[\w+/]{11,}\$[\w+/]{20,}$/,
  );
});
