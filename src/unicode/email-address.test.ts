import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emailKey, emailProblem } from './email-address.ts';

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
  // What domainToASCII makes of a domain is what counts.
  'ann@lｏcalhost',
  'ann@x.tｅst',
  'ann@１２７.0.0.1',
  'ann@٣.٤',
  'ann@exämple.1',
  'ann@0x7f.1',
  'ann@a\u0323\u200db.com',
  'ann,bob@example.com',
  `${'a'.repeat(65)}@example.com`,
  `ann@${'a'.repeat(64)}.com`,
  'ann(comment)@example.com',
];
for (const address of bad) {
  test(`${JSON.stringify(address)} is none`, () =>
    assert.equal(typeof emailProblem(address), 'string'));
}

const same: [string, string][] = [
  ['ann@müller.example', 'ann@xn--mller-kva.example'],
  ['Ann@MÜLLER.Example', 'ann@xn--mller-kva.example'],
  ['ann@mu\u0308ller.example', 'ann@XN--MLLER-KVA.EXAMPLE'],
  ['李@例子.中国', '李@xn--fsqu00a.xn--fiqs8s'],
  ['ann@ｅxample.com', 'ann@example.com'],
  ['ÄNN@exämple.de', 'änn@xn--exmple-cua.de'],
];
for (const [one, other] of same) {
  test(`${one} and ${other} are one address`, () => assert.equal(emailKey(one), emailKey(other)));
}

const different: [string, string][] = [
  ['ann@straße.example', 'ann@strasse.example'],
  ['änn@example.com', 'xn--nn-uia@example.com'],
  // Neither is an address, so neither is read as a browser would read it.
  ['ann@ex%41mplé.com', 'ann@xn--exampl-gva.com'],
  ['ann@exämple.de ', 'ann@xn--exmple-cua.de'],
];
for (const [one, other] of different) {
  test(`${one} and ${other} are two`, () => assert.notEqual(emailKey(one), emailKey(other)));
}

test('what is longer than any address takes no time', () => {
  const domain = `e${'\u0301\u0323'.repeat(4_000_000)}.com`;
  assert.equal(emailKey(`ann@${domain}`), `ann@${domain}`);
});
