import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emailProblem } from './email-address.ts';

const good = [
  'ann@example.com',
  'Ann.Other+tag@mail.example.co.uk',
  "o'hara!#$%&*=?^_`{|}~-/@example.org",
  'ä@exämple.de',
  '李@例子.中国',
  '1@1.com',
  `${'a'.repeat(64)}@example.com`,
];
for (const address of good) {
  test(`${address} is an address`, () => assert.equal(emailProblem(address), null));
}

const bad = [
  '',
  'ann',
  '@example.com',
  'ann@',
  'ann@example',
  'ann@localhost',
  'ann@my.localhost',
  'ann@printer.local',
  'ann@a.TEST',
  'ann@x.invalid',
  'ann@x.onion',
  'ann@1.in-addr.arpa',
  'ann@1.2.3.4',
  'ann@[127.0.0.1]',
  ' ann@example.com',
  'ann@example.com ',
  'ann@example.com\n',
  'Ann <ann@example.com>',
  '"ann"@example.com',
  'a"b@example.com',
  'a b@example.com',
  'a<b@example.com',
  '.ann@example.com',
  'ann.@example.com',
  'a..b@example.com',
  'a@b@example.com',
  'ann@example..com',
  'ann@.example.com',
  'ann@example.com.',
  'ann@-example.com',
  'ann@example-.com',
  'ann@exa_mple.com',
  'ann@ex%61mple.com',
  'ann@exa\tmple.com',
  'ann@example.c0',
  'ann,bob@example.com',
  `${'a'.repeat(65)}@example.com`,
  `ann@${'a'.repeat(64)}.com`,
  'ann(comment)@example.com',
];
for (const address of bad) {
  test(`${JSON.stringify(address)} is none`, () =>
    assert.equal(typeof emailProblem(address), 'string'));
}
