import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { withoutInvisible } from './visible.ts';
import { caseKey, exactKey, nameKey } from './case-fold.ts';

const same: [string, string][] = [
  ['Vera', 'vera'],
  ['straße', 'STRASSE'],
  ['ＶＥＲＡ', 'vera'],
  ['vera', 'vera\u2060'],
  ['vera', '\u200bve\u00adra\ufeff'],
  ['vera', 've\u0007ra'],
  ['vera', ' vera '],
  ['vera k', 'vera \u200b \t\u00a0k'],
  ['vera k', 'vera\u3000k'],
  ['vera\u2800', 'vera'],
  ['caf\u00e9', 'cafe\u200d\u0301'],
  ['\u200b', '\u2060 '],
  ['❤', '❤\ufe0f'],
];
for (const [one, other] of same) {
  test(`${JSON.stringify(one)} and ${JSON.stringify(other)} are one name`, () =>
    assert.equal(nameKey(one), nameKey(other)));
}

const different: [string, string][] = [
  ['vera k', 'verak'],
  ['vera', 'vеra'], // a Cyrillic е: look-alikes are out of scope
  ['vera-k', 'vera–k'],
  ['vera', 'véra'],
];
for (const [one, other] of different) {
  test(`${JSON.stringify(one)} and ${JSON.stringify(other)} are two names`, () =>
    assert.notEqual(nameKey(one), nameKey(other)));
}

const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 50 });

test('a key holds nothing that cannot be seen, no white space but single spaces, and no capital letter', () => {
  fc.assert(
    fc.property(name, (text) => {
      const key = nameKey(text);
      assert.equal(withoutInvisible(key), key);
      assert.doesNotMatch(key, /^ | {2}| $/);
      assert.doesNotMatch(key + caseKey(text), /[A-Z]/);
    }),
    { numRuns: 2000 },
  );
});

test('what cannot be seen makes no other name, wherever it stands', () => {
  const unseen = fc.constantFrom('\u200b', '\u2060', '\u00ad', '\ufe0f', '\u0001', '\u2800');
  fc.assert(
    fc.property(name, name, unseen, (left, right, mark) => {
      assert.equal(nameKey(`${left}${mark}${right}`), nameKey(left + right));
    }),
    { numRuns: 2000 },
  );
});

test('an exact key is nobody else’s', () => {
  assert.notEqual(exactKey('vera'), exactKey('Vera'));
  assert.notEqual(exactKey('vera'), nameKey('exactly vera'));
});

test('what is longer than any name takes no time', () => {
  const marks = `a${'\u0301\u0323'.repeat(4_000_000)}`;
  for (const key of [caseKey, nameKey]) assert.equal(key(marks), marks);
});
