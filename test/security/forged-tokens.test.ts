import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { assertUnauthorized } from '../support/client.ts';
import { claimsOf, nowSeconds, signToken } from '../support/jwt.ts';
import { resetToken } from '../support/servers/outbox.ts';
import { head, rawRequest } from '../support/servers/raw.ts';
import { openBlog } from '../support/blog.ts';
import { someone } from './people.ts';

// The tokens.test.ts of flows and src/auth have further cases.

/** A public key: a token signed with it by HMAC must not pass as one signed by RSA. */
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const SECRET_KEY = publicKey.export({ type: 'spki', format: 'pem' });
const INVALID = 'Invalid or expired token';

const { server, client } = await openBlog({ SECRET_KEY });
const ann = await someone(server, client, SECRET_KEY);
const me = (token: string) => client.api('GET', '/api/users/me', { token });
assert.equal((await me(ann.token)).status, 200, 'a token signed with the key is good');

const exp = () => nowSeconds() + 600;
const claims = () => ({ sub: String(ann.id), exp: exp() });

async function assertInvalid(tokens: Record<string, string>): Promise<void> {
  for (const [what, token] of Object.entries(tokens)) {
    const answer = await me(token);
    assert.equal(answer.status, 401, `${what}: ${answer.text}`);
    assertUnauthorized(answer, INVALID);
  }
}

/** A token signed with the pair's private key. */
function rsaToken(header: Record<string, unknown>): string {
  const parts = [{ typ: 'JWT', ...header }, claims()].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const text = parts.join('.');
  return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}

test('a token does not choose how it is checked', async () => {
  const algorithms = ['none', 'None', 'NONE', 'nOnE', '', 'hs256', 'HS256 ', 'HS384', 'HS512']
    .concat(['RS256', 'RS384', 'PS256', 'ES256', 'EdDSA', 'HS256,none', 'A128KW', 'dir'])
    .map((alg) => [`alg ${alg}`, signToken(SECRET_KEY, claims(), { alg, typ: 'JWT' })]);
  await assertInvalid({
    ...Object.fromEntries(algorithms),
    'signed by the private key': rsaToken({ alg: 'RS256' }),
    'the same, called HS256': rsaToken({ alg: 'HS256' }),
    'a list of algorithms': signToken(SECRET_KEY, claims(), { alg: ['HS256'] }),
    'an unknown critical extension': signToken(SECRET_KEY, claims(), {
      alg: 'HS256',
      crit: ['b64'],
      b64: false,
    }),
  });
});

test('a token does not bring the key it is checked with, and nothing is fetched for it', async () => {
  let asked = 0;
  const elsewhere = createServer((_request, response) => {
    asked += 1;
    const jwk = createPublicKey(SECRET_KEY).export({ format: 'jwk' });
    response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'mine', alg: 'RS256' }] }));
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    const k = Buffer.from('mine').toString('base64url');
    const rsa = publicKey.export({ format: 'jwk' });
    const mine = (header: object) => signToken('mine', claims(), { alg: 'HS256', ...header });
    const empty = (kid: string) => signToken('', claims(), { alg: 'HS256', kid });
    await assertInvalid({
      jwk: mine({ jwk: { kty: 'oct', k } }),
      'jwk of RSA': rsaToken({ alg: 'RS256', jwk: rsa }),
      jku: rsaToken({ alg: 'RS256', kid: 'mine', jku: url }),
      x5u: rsaToken({ alg: 'RS256', x5u: url }),
      x5c: rsaToken({ alg: 'RS256', x5c: [k] }),
      'kid that is a file': empty('../../../../../../dev/null'),
      'kid that is SQL': mine({ kid: "x' union select 'mine" }),
      'kid that is a command': mine({ kid: '|whoami' }),
    });
    assert.equal(asked, 0);
  } finally {
    elsewhere.close();
  }
  const harmless = signToken(SECRET_KEY, claims(), { alg: 'HS256', kid: 'x', jku: 'http://x/' });
  assert.equal((await me(harmless)).status, 200, 'with our key these mean nothing');
});

test('a subject is an id in decimal digits, and nothing else that might be read as one', async () => {
  const { id } = ann;
  const subjects = [id + 0.5, id, -id, 1e21, true, {}, [id], [String(id)], { id }]
    .concat([`-${id}`, `+${id}`, `${id}.5`, `0x${id.toString(16)}`, ` ${id}`, `${id}\n`])
    .concat([`${id}e0`, `${id},2`, `${id} or 1=1`, 'me', 'admin', '９', '9'.repeat(400)]);
  await assertInvalid(
    Object.fromEntries(
      subjects.map((sub) => [JSON.stringify(sub), signToken(SECRET_KEY, { sub, exp: exp() })]),
    ),
  );
  const twice = `{"sub":"${id + 1}","sub":${id},"exp":${exp()}}`;
  await assertInvalid({ 'a subject given twice': signedText(twice) });
});

/** Signs exactly this text, which JSON.stringify would not produce. */
function signedText(text: string): string {
  const [header = ''] = ann.token.split('.');
  const signed = `${header}.${Buffer.from(text).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', SECRET_KEY).update(signed).digest('base64url')}`;
}

test('a token is valid only within its time', async () => {
  const { sub } = claims();
  const now = nowSeconds();
  await assertInvalid({
    'not before a later time': signToken(SECRET_KEY, { sub, exp: exp(), nbf: now + 300 }),
    'not before a text': signToken(SECRET_KEY, { sub, exp: exp(), nbf: 'now' }),
    'ended a second ago': signToken(SECRET_KEY, { sub, exp: now - 1 }),
    'ended in 1970': signToken(SECRET_KEY, { sub, exp: 0 }),
    'ends at no number': signToken(SECRET_KEY, { sub, exp: null }),
    'ends at a text': signToken(SECRET_KEY, { sub, exp: String(exp()) }),
    'ends at a list': signToken(SECRET_KEY, { sub, exp: [exp()] }),
    'ends at true': signToken(SECRET_KEY, { sub, exp: true }),
    'ends before all time': signToken(SECRET_KEY, { sub, exp: -1 }),
  });
});

test('a signature has only one spelling', async () => {
  const [header = '', body = '', signature = ''] = ann.token.split('.');
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = letters.indexOf(signature.at(-1) ?? '');
  const others = [1, 2, 3].map((bits) => signature.slice(0, -1) + letters[last ^ bits]);
  const rejoined = (end: string) => `${header}.${body}.${end}`;
  await assertInvalid({
    ...Object.fromEntries(
      others.map((other) => [`bits beyond the end: ${other}`, rejoined(other)]),
    ),
    'cut by one': rejoined(signature.slice(0, -1)),
    'longer by one': rejoined(`${signature}A`),
    'longer by a byte': rejoined(`${signature}AA`),
    padded: rejoined(`${signature}=`),
    'base64 with + and /': rejoined(signature.replaceAll('-', '+').replaceAll('_', '/') + '='),
    'in hexadecimal': rejoined(Buffer.from(signature, 'base64url').toString('hex')),
    'a dot at the end': `${ann.token}.`,
    'as JSON': JSON.stringify({ payload: body, protected: header, signature }),
    'in quotes': `"${ann.token}"`,
    'padded claims': `${header}.${body}=.${signature}`,
  });
});

test('a second Authorization header never counts', async () => {
  const two = (first: string, second: string) =>
    rawRequest(
      server.url,
      head('GET /api/users/me').replace(
        '\r\n\r\n',
        `\r\nAuthorization: ${first}\r\nAuthorization: ${second}\r\n\r\n`,
      ),
    );
  const good = `Bearer ${ann.token}`;
  for (const first of ['Bearer x', 'Basic YTpi', 'Bearer', '']) {
    const { status } = await two(first, good);
    assert.ok(status === 400 || status === 401, `${first}: ${status}`);
  }
  const joined = await client.api('GET', '/api/users/me', {
    headers: { authorization: `Bearer x, ${good}` },
  });
  assertUnauthorized(joined, INVALID);
});

test('sessions, reset tokens and access tokens cannot stand in for each other', async () => {
  const bob = await someone(server, client, SECRET_KEY);
  const issued = (await client.login(bob.email, bob.password)).body.access_token;
  await client.api('POST', '/api/users/forgot-password', { json: { email: bob.email } });
  const reset = await resetToken(server.dataDir, bob.email);
  const session = bob.browser.cookies.get('session') ?? '';
  const { token_hash: sessionHash } = await server.context.db
    .selectFrom('sessions')
    .select('token_hash')
    .where('user_id', '=', bob.id)
    .executeTakeFirstOrThrow();
  const { token_hash: resetHash } = await server.context.db
    .selectFrom('reset_tokens')
    .select('token_hash')
    .where('user_id', '=', bob.id)
    .executeTakeFirstOrThrow();
  await assertInvalid({ session, reset, sessionHash, resetHash });
  for (const token of [issued, session, sessionHash, resetHash, `${reset}=`, reset.slice(0, -1)]) {
    const json = { token, new_password: 'a new password' };
    const answer = await client.api('POST', '/api/users/reset-password', { json });
    assert.equal(answer.status, 400, answer.text);
  }
  for (const value of [issued, reset, sessionHash, resetHash, `${session}=`, String(bob.id)]) {
    const answer = await client.api('GET', '/account', { headers: { cookie: `session=${value}` } });
    assert.equal(answer.status, 303, value);
  }
  assert.equal((await bob.browser.get('/account')).status, 200, 'all of these are still good');
});

test('a token in an address or a body is ignored', async () => {
  for (const path of [`?access_token=${ann.token}`, `?token=${ann.token}`, `?jwt=${ann.token}`]) {
    const answer = await client.api('GET', `/api/users/me${path}`);
    assertUnauthorized(answer, 'Not authenticated');
  }
  const form = { access_token: ann.token, title: 'A title', content: 'x' };
  const answer = await client.api('POST', '/api/posts', { form });
  assertUnauthorized(answer, 'Not authenticated');
  const proxied = await client.api('GET', '/api/users/me', {
    headers: { 'x-authorization': `Bearer ${ann.token}`, 'x-user-id': '1', 'x-remote-user': 'ann' },
  });
  assertUnauthorized(proxied, 'Not authenticated');
});

test('a token from before a change of password, and one of a deleted account, are refused', async () => {
  const cat = await someone(server, client, SECRET_KEY);
  const issued = (await client.login(cat.email, cat.password)).body.access_token;
  const json = { current_password: cat.password, new_password: 'a new password' };
  const changed = await client.api('PATCH', '/api/users/me/password', { token: issued, json });
  assert.equal(changed.status, 200, changed.text);
  const own = claimsOf(issued);
  await assertInvalid({
    issued,
    'the same with a longer life': signToken(SECRET_KEY, { ...own, exp: exp() + 3600 }),
    'of an earlier time': signToken(SECRET_KEY, { ...claims(), sub: own['sub'], iat: 1 }),
    'of a coming version': signToken(SECRET_KEY, { ...own, ver: Number(own['ver']) + 2 }),
  });
  const again = (await client.login(cat.email, 'a new password')).body.access_token;
  const gone = await client.api('DELETE', `/api/users/${cat.id}`, { token: again });
  assert.equal(gone.status, 204);
  assertUnauthorized(await me(again), 'User not found');
  // The name may be used again; the id is not.
  assert.notEqual((await client.register(cat.username)).id, cat.id);
  assertUnauthorized(await me(again), 'User not found');
});
