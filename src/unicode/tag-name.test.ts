import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanTag, tagKey, tagProblem } from './tag-name.ts';

const EMPTY = 'A tag needs a letter, digit or symbol.';
const SIGN = 'A tag must not have /, \\, ?, #, % or a control character.';

const PROBLEMS: [string, string | null][] = [
  ['soup', null],
  ['C++', null],
  ['.net', null],
  ['🎈', null],
  ['👨‍👩‍👧', null],
  ['スープ', null],
  ['汤', null],
  ['½', null],
  ['+', null],
  ['-', null],
  ['a, "b"', null],
  ['.', EMPTY],
  ['..', EMPTY],
  ['．', EMPTY],
  ['…', EMPTY],
  [' . ', EMPTY],
  ['', EMPTY],
  ['\u200b', EMPTY],
  ['\u2800', EMPTY],
  ['a/b', SIGN],
  ['a／b', SIGN],
  ['℅', SIGN],
  ['a\\b', SIGN],
  ['what?', SIGN],
  ['#soup', SIGN],
  ['100%', SIGN],
  ['a\tb', SIGN],
  ['a\u0085b', SIGN],
];
for (const [name, problem] of PROBLEMS) {
  test(`${JSON.stringify(name)}: ${problem ?? 'a tag'}`, () =>
    assert.equal(tagProblem(name), problem));
}

test('tags are one whatever their case, width, spaces and invisible characters', () => {
  for (const [one, other] of [
    ['Soup', 'sOUP'],
    ['Straße', 'STRASSE'],
    ['ｓｏｕｐ', 'soup'],
    ['pea  soup', ' Pea soup '],
    ['so\u200bup', 'soup'],
  ] as const) {
    assert.equal(tagKey(one), tagKey(other), one);
  }
  assert.notEqual(tagKey('cafe'), tagKey('café'));
  assert.equal(cleanTag(' Pea \u3000 Soup '), 'Pea Soup');
});
