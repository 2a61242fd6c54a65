import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { test } from 'node:test';
import { Unavailable } from '../errors.ts';
import { hashPassword, needsRehash, verifyDummyHash, verifyPassword } from './passwords.ts';

/** Made by Python's argon2-cffi 21.1.0; the first has pwdlib's parameters. */
const PYTHON = [
  {
    name: '64 MiB, 3 passes, 4 lanes',
    password: 'correct horse battery staple',
    phc: '$argon2id$v=19$m=65536,t=3,p=4$fbRzFTZFkIb+ipAt3pUV5A$NJK4RjybYNi4xUrmBpIJ9+W8XZeVi96maTHK4Qs26pc',
    rehash: false,
  },
  {
    name: '100 MiB, 2 passes, 8 lanes, a tag of 16 bytes',
    password: 'correct horse battery staple',
    phc: '$argon2id$v=19$m=102400,t=2,p=8$6sbDY7w6x7xCDmGYsxv2Ww$c9NZwITShfGN4ONKHPHqJw',
    rehash: true,
  },
  {
    name: 'our own parameters and a password outside ASCII',
    password: 'pässwörd 🐎',
    phc: '$argon2id$v=19$m=19456,t=2,p=1$6NI9sOcXuzhQ3dUq9fWBsw$0wC4JzzFpiv2XGzqo4HLyg',
    rehash: true,
  },
  {
    name: '1 MiB, 1 pass, 2 lanes, a salt of 8 bytes',
    password: 'testpassword123',
    phc: '$argon2id$v=19$m=1024,t=1,p=2$G2ZVrXeoMz8$E6iREUVLloXeMhIsTivVUQ',
    rehash: true,
  },
];

const SALT = 'c29tZXNhbHQxMjM0NTY3OA';
const TAG = 'NJK4RjybYNi4xUrmBpIJ9+W8XZeVi96maTHK4Qs26pc';
const hash = (m: number, t: number) => `$argon2id$v=19$m=${m},t=${t},p=1$${SALT}$${TAG}`;
/** 0.2 ms to verify, and wrong for every password. */
const CHEAP = hash(8, 1);

test('a hash is a PHC string that verifies its own password alone', async () => {
  const phc = await hashPassword('correct horse');
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await verifyPassword(phc, 'correct horse'), true);
  assert.equal(await verifyPassword(phc, 'correct horse '), false);
  assert.equal(await verifyPassword(phc, ''), false);
  assert.equal(needsRehash(phc), false);
});

test('the same password never has the same hash twice', async () => {
  assert.notEqual(await hashPassword('correct horse'), await hashPassword('correct horse'));
});

for (const { name, password, phc, rehash } of PYTHON) {
  test(`a hash made by Python verifies: ${name}`, async () => {
    assert.equal(await verifyPassword(phc, password), true);
    assert.equal(await verifyPassword(phc, `${password}x`), false);
    assert.equal(needsRehash(phc), rehash);
  });
}

test('more memory stands in for passes, and passes not for memory', () => {
  assert.equal(needsRehash(hash(19_456, 2)), false);
  assert.equal(needsRehash(hash(47_104, 1)), false);
  assert.equal(needsRehash(hash(19_456, 1)), true);
  assert.equal(needsRehash(hash(12_288, 4)), true);
});

const UNSOUND: Record<string, string> = {
  empty: '',
  text: 'testpassword123',
  bcrypt: '$2b$12$C6UzMDM.H6dfI/f/IKcEeO7ZGv2m3jXxT1bQv0cQk4fV4xQ5y1m7K',
  'Argon2i, although of the right password':
    '$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$C6i5HDu6SuSLMUY1f4Ye9I+gFR2RJLJXchmKJsVglc8',
  'version 16, although of the right password':
    '$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$7YSExEEb8yCz81pozXbu3KcBpKaMZ/DmSLz0NpD32TU',
  'no version': `$argon2id$m=19456,t=2,p=1$${SALT}$${TAG}`,
  'another order': `$argon2id$v=19$t=2,m=19456,p=1$${SALT}$${TAG}`,
  'no memory': `$argon2id$v=19$m=0,t=2,p=1$${SALT}$${TAG}`,
  'less memory than the lanes need': `$argon2id$v=19$m=31,t=2,p=4$${SALT}$${TAG}`,
  'too much memory': `$argon2id$v=19$m=262145,t=1,p=1$${SALT}$${TAG}`,
  'too many passes': `$argon2id$v=19$m=65536,t=17,p=1$${SALT}$${TAG}`,
  'too many lanes': `$argon2id$v=19$m=19456,t=2,p=17$${SALT}$${TAG}`,
  'a negative number': `$argon2id$v=19$m=-19456,t=2,p=1$${SALT}$${TAG}`,
  'a leading zero': `$argon2id$v=19$m=019456,t=2,p=1$${SALT}$${TAG}`,
  'forty digits': `$argon2id$v=19$m=${'9'.repeat(40)},t=2,p=1$${SALT}$${TAG}`,
  'a short salt': `$argon2id$v=19$m=256,t=2,p=1$c2FsdA$${TAG}`,
  'a tag of 8 bytes, although of the right password':
    '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQxMjM0NTY3OA$LjBLIm3YxrA',
  'a tag of 65 bytes, although of the right password':
    '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQxMjM0NTY3OA$54CWku1yJ6lOILK2xVxJeYuazY1CAUxfFwUeqggozZRFWoI1I00N+mpqJA3k64zPJQoVt0eIkrrduEJZPaicTvw',
  padding: `$argon2id$v=19$m=19456,t=2,p=1$${SALT}==$${TAG}=`,
  'no tag': `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$`,
  'a line end': `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$${TAG}\n`,
  'stray bits at the end of the salt': `$argon2id$v=19$m=19456,t=2,p=1$${SALT.slice(0, -1)}B$${TAG}`,
  'stray bits at the end of the tag': `$argon2id$v=19$m=19456,t=2,p=1$${SALT}$${TAG.slice(0, -1)}d`,
};

for (const [name, phc] of Object.entries(UNSOUND)) {
  test(`no password verifies against a hash that is unsound: ${name}`, async () => {
    assert.equal(await verifyPassword(phc, 'testpassword123'), false);
    assert.equal(needsRehash(phc), true);
  });
}

test('nobody has a password', async () => {
  assert.equal(await verifyDummyHash('correct horse'), false);
});

test('a flood of logins leaves a thread for files', async () => {
  let finished = 0;
  const logins = Array.from({ length: 5 }, async () => {
    await verifyDummyHash('correct horse');
    finished += 1;
  });
  await stat(import.meta.filename);
  assert.equal(finished, 0);
  await Promise.all(logins);
});

test('past 500 waiting logins more are refused, and all is well afterwards', async () => {
  const logins = await Promise.allSettled(
    Array.from({ length: 600 }, () => verifyPassword(CHEAP, 'x')),
  );
  const refused = logins.filter((login) => login.status === 'rejected');
  assert.equal(refused.length, 600 - 502);
  assert.ok(refused.every(({ reason }) => reason instanceof Unavailable));
  assert.equal(await verifyPassword(CHEAP, 'x'), false);
});
