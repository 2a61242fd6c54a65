import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { indexedWords, termsOf } from './terms.ts';

const FOLDED: [string, string][] = [
  ["Straße ÉCOLE naïve it's C++", 'strasse ecole naive it s c'],
  ['½ ™ ⅷ ﬁne', '1 2 tm viii fine'],
  ['Ærø Łódź İstanbul ΣΟΦΟΣ σοφός', 'aero lodz istanbul σοφοσ σοφοσ'],
  // Marks that are taken off first would make other words of it.
  ['クラブ活動に参加する', 'クラブ 活動 に 参加 する'],
  ['我喜欢喝汤', '我 喜欢 喝 汤'],
  ['ภาษาไทยง่าย', 'ภาษา ไทย ง่าย'],
  ['हिन्दी की', 'हिन्दी की'],
  ['한국어 검색', '한국어 검색'],
  ['שָׁלוֹם مُحَمَّد', 'שלום محمد'],
  ['🎉👩‍👩‍👧', '🎉 👩 👩 👧'],
  ['" OR *:(^ \ud800', 'or'],
];
for (const [text, words] of FOLDED) {
  test(`the words of ${JSON.stringify(text)}`, () => assert.equal(indexedWords(text), words));
}

test('a term knows where its word stands', () => {
  const text = 'A Größe, and クラブ活動.';
  const found = [...termsOf(text)].map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(found, ['A', 'Größe', 'and', 'クラブ', '活動']);
});

test('whatever the text, its terms are short, in lower case, and hold no syntax', () => {
  const property = (text: string) => {
    for (const { term, start, end } of termsOf(text)) {
      assert.match(term, /^[\p{L}\p{N}\p{M}\p{Extended_Pictographic}]{1,64}$/u);
      assert.ok(start < end && end <= text.length);
      assert.equal(term.toLowerCase(), term);
    }
  };
  fc.assert(fc.property(fc.string({ unit: 'binary' }), property), { numRuns: 2000 });
});

test('a word of a hundred thousand marks does no harm, and a long word is cut', () => {
  assert.equal(indexedWords(`a${'\u0301'.repeat(100_000)} b`), 'a b');
  assert.equal(indexedWords('x'.repeat(1000)), 'x'.repeat(64));
});

test('a very long text is indexed from its beginning, within what PostgreSQL takes', () => {
  const text = Array.from({ length: 200_000 }, (_, n) => `word${n}`).join(' ');
  const words = indexedWords(text);
  assert.ok(text.startsWith(words));
  assert.ok(words.length > 500_000 && words.length < 1_000_000);
});
