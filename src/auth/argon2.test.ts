import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { until } from '../../test/support/until.ts';
import { argon2id } from './argon2.ts';

const cheap = (message: string) => ({
  message,
  nonce: Buffer.alloc(16, 'salt'),
  memory: 8,
  passes: 1,
  parallelism: 1,
  tagLength: 32,
});

test('of many hashes at once, each gets the tag of its own password', async () => {
  const passwords = Array.from({ length: 20 }, (_, n) => `password ${n}`);
  const tags = await Promise.all(passwords.map((password) => argon2id(cheap(password))));
  for (const [n, password] of passwords.entries()) {
    assert.deepEqual(tags[n], argon2Sync('argon2id', cheap(password)));
  }
});

test('a hash that fails affects no other and costs no thread', async () => {
  const impossible = { ...cheap('a'), memory: 1 };
  const failures = Array.from({ length: 4 }, () => assert.rejects(argon2id(impossible)));
  await Promise.all(failures);
  assert.equal((await argon2id(cheap('b'))).length, 32);
});

test('a thread without a password for a while ends, and the next password starts one', async (t) => {
  const threads = () => readdirSync('/proc/self/task').length;
  t.mock.timers.enable({ apis: ['setTimeout'] });
  await argon2id(cheap('c'));
  const before = threads();
  t.mock.timers.tick(60_000);
  t.mock.timers.reset();
  await until('a thread less', async () => threads() < before || undefined);
  assert.equal((await argon2id(cheap('d'))).length, 32);
});
