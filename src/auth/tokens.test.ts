import assert from 'node:assert/strict';
import { createHash, createHmac } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { HttpError } from '../errors.ts';
import { hashSecretToken, issueAccessToken, newSecretToken, readAccessToken } from './tokens.ts';

const SECRET_TEXT = 'a-test-secret-of-thirty-two-chars!';
const secret = Buffer.from(SECRET_TEXT);
const now = Date.UTC(2026, 2, 7, 9, 5, 0, 400);
const LATER = 4_102_444_800;

const plain = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token as anyone who knows the secret can make it. */
function handMade(claims: unknown, header: unknown = { alg: 'HS256', typ: 'JWT' }): string {
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function read(token: string, at = now) {
  return readAccessToken({ secret, token, now: at });
}

async function assertInvalid(token: string, at = now): Promise<void> {
  await assert.rejects(read(token, at), (error) => {
    assert.ok(error instanceof HttpError, String(error));
    assert.equal(error.status, 401);
    assert.equal(error.message, 'Invalid or expired token');
    assert.deepEqual(error.headers, { 'www-authenticate': 'Bearer' });
    return true;
  });
}

test('an issued token reads back until its last second', async () => {
  const token = await issueAccessToken({ secret, userId: 42, tokenVersion: 3, minutes: 30, now });
  const issuedAt = Math.floor(now / 1000);
  assert.deepEqual(await read(token), {
    userId: 42,
    version: 3,
    issuedAt,
    expiresAt: (issuedAt + 1800) * 1000,
  });
  assert.equal((await read(token, now + 1799 * 1000)).userId, 42);
  await assertInvalid(token, now + 1800 * 1000);
});

test('an issued token names its claims as others expect them', async () => {
  const token = await issueAccessToken({ secret, userId: 42, tokenVersion: 0, minutes: 1, now });
  const [header = '', claims = ''] = token.split('.');
  const iat = Math.floor(now / 1000);
  assert.deepEqual(plain(header), { alg: 'HS256', typ: 'JWT' });
  assert.deepEqual(plain(claims), { ver: 0, sub: '42', iat, exp: iat + 60 });
});

/** Made by PyJWT 2.6.0 with the same secret. */
const PYJWT = {
  plain:
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImV4cCI6NDEwMjQ0NDgwMH0.5UEZb74FU4jYE4x0eYwRmkEHZ2JtgF98FH4DiOXFz1E',
  iat: 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImV4cCI6NDEwMjQ0NDgwMCwiaWF0IjoxNzAwMDAwMDAwLjV9.GR5cbqjoULsCjITN2IX6TSWoCW7FWu31I9L0raCw6Pw',
  numericSub:
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOjQyLCJleHAiOjQxMDI0NDQ4MDB9.zAfxBDZwysgDtR6BMeETQIEPbFtdpkyKNZcJqHiT05Q',
  noExp:
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiJ9.1zZcQZftH2GvnwHmI1afjrh5ziPxqv_5QvXTDvrU30A',
  noSub:
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjQxMDI0NDQ4MDB9.ojf0jIMmrz6KCRf45xKkLW4le8y2zK-PSAtrOoe9ALI',
  none: 'eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiI0MiIsImV4cCI6NDEwMjQ0NDgwMH0.',
  hs512:
    'eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImV4cCI6NDEwMjQ0NDgwMH0.twEI9UMTKO2VJrwm5ZjHeoGlw68hQlGotOtUkDsjZSnMuQcM1-h6gD1u00msERmbxWbc3mCum4M4BOJEF_Jb2g',
};

test('a token made by PyJWT is read, without a version', async () => {
  const unknown = { version: undefined, issuedAt: undefined, expiresAt: 4_102_444_800_000 };
  assert.deepEqual(await read(PYJWT.plain), { userId: 42, ...unknown });
  assert.deepEqual(await read(PYJWT.iat), { userId: 42, ...unknown, issuedAt: 1_700_000_000.5 });
  assert.equal((await read(handMade({ sub: '42', exp: LATER }))).userId, 42);
});

test('an accepted token is checked again with another clock and another secret', async () => {
  const seconds = Math.floor(now / 1000);
  const token = handMade({ sub: '42', exp: seconds + 60, nbf: seconds });
  for (const _ of [1, 2]) assert.equal((await read(token)).userId, 42);
  await assertInvalid(token, now + 60_000);
  await assertInvalid(token, now - 1000);
  assert.equal((await read(token, now + 59_000)).userId, 42);
  const other = readAccessToken({ secret: Buffer.from('another'), token, now });
  await assert.rejects(other, /Invalid or expired token/);
});

test('a secret of a few letters works, as it does in Python', async () => {
  // PyJWT's token for { sub: '7', exp } and the secret `short`.
  const token =
    'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3IiwiZXhwIjo0MTAyNDQ0ODAwfQ.9WUg9yyi3Hc3u2MdTdBsB7_I5PiamhmigZZ_SEZCqc4';
  assert.equal((await readAccessToken({ secret: Buffer.from('short'), token, now })).userId, 7);
});

const good = { sub: '42', exp: LATER };
const [head = '', body = '', signature = ''] = PYJWT.plain.split('.');
const INVALID: Record<string, string> = {
  empty: '',
  garbage: 'garbage',
  'two dots': '..',
  'outside ASCII': `${head}.é.${signature}`,
  'no signature': `${head}.${body}.`,
  'a space before it': ` ${PYJWT.plain}`,
  'a space in its signature': `${head}.${body}.${signature.slice(0, 9)} ${signature.slice(9)}`,
  'a changed signature': `${head}.${body}.A${signature.slice(1)}`,
  'changed claims': `${head}.${part({ ...good, sub: '43' })}.${signature}`,
  'five parts': `${head}.${body}.${body}.${body}.${signature}`,
  'algorithm none': PYJWT.none,
  'algorithm none with a signature': handMade(good, { alg: 'none' }),
  'algorithm HS512': PYJWT.hs512,
  'algorithm RS256': handMade(good, { alg: 'RS256' }),
  'no algorithm': handMade(good, {}),
  'an unknown critical header': handMade(good, { alg: 'HS256', crit: ['x'], x: 1 }),
  'no exp': PYJWT.noExp,
  'a textual exp': handMade({ ...good, exp: String(LATER) }),
  'an exp in the past': handMade({ ...good, exp: 1_700_000_000 }),
  'not yet valid': handMade({ ...good, nbf: LATER - 1 }),
  'no sub': PYJWT.noSub,
  'a numeric sub': PYJWT.numericSub,
  'a null sub': handMade({ ...good, sub: null }),
  'a list as sub': handMade({ ...good, sub: ['42'] }),
  'a textual version': handMade({ ...good, ver: '1' }),
  'half a version': handMade({ ...good, ver: 1.5 }),
  'a null version': handMade({ ...good, ver: null }),
  'a textual iat': handMade({ ...good, iat: '1700000000' }),
  'claims that are a list': handMade([good]),
  'claims that are null': handMade(null),
};
for (const sub of [
  '',
  '1.0',
  '+1',
  '-1',
  '1e3',
  '0x1',
  ' 1',
  '1\n',
  '٣',
  'abc',
  '9007199254740992',
]) {
  INVALID[`sub ${JSON.stringify(sub)}`] = handMade({ ...good, sub });
}

for (const [name, token] of Object.entries(INVALID)) {
  test(`a token is invalid: ${name}`, () => assertInvalid(token));
}

test('the largest valid id is accepted', async () => {
  const token = handMade({ ...good, sub: '9007199254740991' });
  assert.equal((await read(token)).userId, Number.MAX_SAFE_INTEGER);
});

test("another server's token is invalid", async () => {
  const theirs = Buffer.from('another-secret-of-thirty-two-chars');
  const grant = { secret: theirs, userId: 42, tokenVersion: 0, minutes: 30, now };
  await assertInvalid(await issueAccessToken(grant));
});

test('any text sent as a token is answered with 401', async () => {
  const json = fc.json().map((text) => Buffer.from(text).toString('base64url'));
  const piece = fc.oneof(json, fc.string({ unit: 'binary' }), fc.constantFrom(head, body));
  const token = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(piece, piece, piece).map((pieces) => pieces.join('.')),
    fc.tuple(fc.jsonValue(), fc.jsonValue()).map(([claims, header]) => handMade(claims, header)),
  );
  await fc.assert(
    fc.asyncProperty(token, (text) => assertInvalid(text)),
    { numRuns: 300 },
  );
});

test('signed claims of any kind give a user or a 401', async () => {
  const claims = fc.record(
    { sub: fc.jsonValue(), exp: fc.jsonValue(), ver: fc.jsonValue(), iat: fc.jsonValue() },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(claims, async (some) => {
      const token = handMade({ ...good, ...some });
      const result = await read(token).catch(() => undefined);
      if (result) assert.ok(Number.isSafeInteger(result.userId));
      else await assertInvalid(token);
    }),
    { numRuns: 300 },
  );
});

test('a secret token is 32 random bytes, stored as their SHA-256', () => {
  const { token, hash } = newSecretToken();
  assert.match(token, /^[\w-]{43}$/);
  assert.equal(Buffer.from(token, 'base64url').length, 32);
  assert.equal(hash, createHash('sha256').update(token).digest('hex'));
  assert.equal(hashSecretToken(token), hash);
  assert.notEqual(newSecretToken().token, token);
});

test('the hash of a secret token agrees with another SHA-256', () => {
  assert.equal(
    hashSecretToken('abc'),
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});
