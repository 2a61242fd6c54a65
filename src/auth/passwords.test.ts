import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { test } from 'node:test';
import { countHashes } from '../../test/support/hashes.ts';
import { Unavailable } from '../errors.ts';
import { canVerify, hashPassword, normalizePassword, verifyPassword } from './passwords.ts';

/** Made by Python's argon2-cffi 21.1.0; the first has pwdlib's parameters. */
const PYTHON = [
  {
    name: '64 MiB, 3 passes, 4 lanes',
    password: 'correct horse battery staple',
    phc: '$argon2id$v=19$m=65536,t=3,p=4$fbRzFTZFkIb+ipAt3pUV5A$NJK4RjybYNi4xUrmBpIJ9+W8XZeVi96maTHK4Qs26pc',
    verdict: 'right',
  },
  {
    name: '100 MiB, 2 passes, 8 lanes, a tag of 16 bytes',
    password: 'correct horse battery staple',
    phc: '$argon2id$v=19$m=102400,t=2,p=8$6sbDY7w6x7xCDmGYsxv2Ww$c9NZwITShfGN4ONKHPHqJw',
    verdict: 'outdated',
  },
  {
    name: 'our own parameters and a password outside ASCII',
    password: 'pässwörd 🐎',
    phc: '$argon2id$v=19$m=19456,t=2,p=1$6NI9sOcXuzhQ3dUq9fWBsw$0wC4JzzFpiv2XGzqo4HLyg',
    verdict: 'outdated',
  },
  {
    name: '1 MiB, 1 pass, 2 lanes, a salt of 8 bytes',
    password: 'testpassword123',
    phc: '$argon2id$v=19$m=1024,t=1,p=2$G2ZVrXeoMz8$E6iREUVLloXeMhIsTivVUQ',
    verdict: 'outdated',
  },
];

const SALT = 'c29tZXNhbHQxMjM0NTY3OA';
const TAG = 'NJK4RjybYNi4xUrmBpIJ9+W8XZeVi96maTHK4Qs26pc';
/** Takes 0.2 ms to verify, and is wrong for every password. */
const CHEAP = `$argon2id$v=19$m=8,t=1,p=1$${SALT}$${TAG}`;

/** A hash of `password` with m KiB and t passes, as other programs make it: not normalised. */
function hashAsTyped(password: string, m: number, t: number): string {
  const parameters = { message: password, nonce: Buffer.from(SALT, 'base64'), parallelism: 1 };
  const tag = argon2Sync('argon2id', { ...parameters, memory: m, passes: t, tagLength: 32 });
  return `$argon2id$v=19$m=${m},t=${t},p=1$${SALT}$${tag.toString('base64').replace(/=+$/, '')}`;
}

test('a hash is a PHC string that verifies its own password alone', async () => {
  const phc = await hashPassword('correct horse');
  assert.match(phc, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.equal(await verifyPassword(phc, 'correct horse'), 'right');
  assert.equal(await verifyPassword(phc, 'correct horse '), 'wrong');
  assert.equal(await verifyPassword(phc, 'Correct horse'), 'wrong');
  assert.equal(await verifyPassword(phc, ''), 'wrong');
});

test('the same password never has the same hash twice', async () => {
  assert.notEqual(await hashPassword('correct horse'), await hashPassword('correct horse'));
});

/** One password as different keyboards type it: the normalised form first. */
const SPELLINGS: [string, ...string[]][] = [
  ['Z\u00fcrich K\u00e4se 77', 'Zu\u0308rich Ka\u0308se 77'],
  [
    '\u1e69ecret pass',
    's\u0323\u0307ecret pass',
    's\u0307\u0323ecret pass',
    '\u1e61\u0323ecret pass',
  ],
  ['\uac00\ub098\ub2e4\ub77c 1234', '\u1100\u1161\u1102\u1161\u1103\u1161\u1105\u1161 1234'],
  ['password 123', '\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff44\u3000\uff11\uff12\uff13'],
];
for (const [normal, ...others] of SPELLINGS) {
  test(`a password is the same in every Unicode form: ${normal}`, async () => {
    for (const typed of [normal, ...others]) {
      const phc = await hashPassword(typed);
      for (const later of [normal, ...others]) {
        assert.equal(await verifyPassword(phc, later), 'right', later);
      }
    }
  });

  test(`a hash of another Unicode form verifies in that form, and is outdated: ${normal}`, async () => {
    for (const typed of others) {
      const phc = hashAsTyped(typed, 19_456, 2);
      assert.equal(await verifyPassword(phc, typed), 'outdated');
      assert.equal(await verifyPassword(phc, `${typed}x`), 'wrong');
    }
    assert.equal(await verifyPassword(hashAsTyped(normal, 19_456, 2), others[0] ?? ''), 'right');
  });
}

test('a password that is too long to be normalised in time is hashed as typed', async () => {
  const long = 'u\u0308'.repeat(501);
  assert.equal(normalizePassword(long), long);
  assert.equal(normalizePassword(long.slice(0, 1000)).length, 500);
  const phc = await hashPassword(long);
  assert.equal(await verifyPassword(phc, long), 'right');
  assert.equal(await verifyPassword(phc, long.normalize('NFC')), 'wrong');
});

for (const { name, password, phc, verdict } of PYTHON) {
  test(`a hash made by Python verifies: ${name}`, async () => {
    assert.equal(await verifyPassword(phc, password), verdict);
    assert.equal(await verifyPassword(phc, `${password}x`), 'wrong');
  });
}

test('more memory makes up for fewer passes, but not the other way round', async () => {
  const verdict = (m: number, t: number) => verifyPassword(hashAsTyped('horse', m, t), 'horse');
  assert.equal(await verdict(19_456, 2), 'right');
  assert.equal(await verdict(47_104, 1), 'right');
  assert.equal(await verdict(19_456, 1), 'outdated');
  assert.equal(await verdict(12_288, 4), 'outdated');
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
  test(`no password verifies against an invalid hash: ${name}`, async () => {
    assert.equal(await verifyPassword(phc, 'testpassword123'), 'wrong');
    assert.equal(canVerify(phc), false);
  });
}

test('an unknown user, and a hash that cannot be verified, cost as many hashes as a wrong password', async (t) => {
  const count = countHashes(t);
  const phc = await hashPassword('correct horse');
  const [normal, other] = ['pass w\u00f6rd', 'pass wo\u0308rd'];
  for (const [typed, hashes] of [
    [normal, 1],
    [other, 2],
  ] as const) {
    for (const against of [phc, undefined, '!unusable', UNSOUND['bcrypt']]) {
      const before = count();
      assert.equal(await verifyPassword(against, typed), 'wrong');
      assert.equal(count() - before, hashes, `${typed} against ${against}`);
    }
  }
});

test('many logins at once leave threads for files', async () => {
  let finished = 0;
  const logins = Array.from({ length: 5 }, async () => {
    await verifyPassword(undefined, 'correct horse');
    finished += 1;
  });
  await stat(import.meta.filename);
  assert.equal(finished, 0);
  await Promise.all(logins);
});

test('beyond 500 waiting logins more are refused, and logins work again afterwards', async () => {
  const logins = await Promise.allSettled(
    Array.from({ length: 600 }, () => verifyPassword(CHEAP, 'x')),
  );
  const refused = logins.filter((login) => login.status === 'rejected');
  assert.equal(refused.length, 600 - 502);
  assert.ok(refused.every(({ reason }) => reason instanceof Unavailable));
  assert.equal(await verifyPassword(CHEAP, 'x'), 'wrong');
});
