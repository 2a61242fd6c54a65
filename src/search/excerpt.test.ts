import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { excerptOf, markMatches, type Part } from './excerpt.ts';
import type { Format } from '../text/rendered.ts';
import { parseQuery } from './query.ts';

function phrasesOf(typed: string) {
  const query = parseQuery(typed);
  return 'refused' in query ? [] : query.all;
}
const written = (parts: Part[]) =>
  parts.map(({ text, marked }) => (marked ? `[${text}]` : text)).join('');
const mark = (text: string, typed: string) => written(markMatches(text, phrasesOf(typed)));

const MARKED: [string, string, string][] = [
  ['Größe and STRASSE', 'grosse straße', '[Größe] and [STRASSE]'],
  ['Größe and STRASSE', 'GROESSE', 'Größe and STRASSE'],
  ['Größe, größer', 'grö*', '[Größe], [größer]'],
  ['one two, one three', '"one three"', 'one two, [one three]'],
  ['クラブ活動に参加', '活動', 'クラブ[活動]に参加'],
  ['a b a', 'a "a b"', '[a b] [a]'],
  ['<b> & "x"', 'x', '<b> & "[x]"'],
];
for (const [text, typed, expected] of MARKED) {
  test(`${typed} in ${text}`, () => assert.equal(mark(text, typed), expected));
}

test('an excerpt shows the first match, with a little before it', () => {
  const text = `${'Lorem ipsum dolor. '.repeat(30)}Here is soup.\n\nAnd ${'more of it '.repeat(60)}`;
  const shown = written(excerptOf(text, phrasesOf('soup'), 'text'));
  assert.match(shown, /^… [^[]{10,70}\[soup\]\. And more/);
  assert.ok(shown.endsWith('…') && shown.length < 280);
  assert.equal(written(excerptOf('All of it', phrasesOf('by:ada'), 'text')), 'All of it');
});

test('an alt text, a caption, a heading and an item stand apart from what follows', () => {
  const text = 'A lamp on a table\nThe lamp, mended\nWhat to bring\nsoup\nIt is cold. Or:\nnot.\n';
  const shown = (format: Format) =>
    written(excerptOf(text, phrasesOf('soup'), format)).replaceAll('\u00a0·', ' ·');
  assert.equal(
    shown('markdown').trimEnd(),
    'A lamp on a table · The lamp, mended · What to bring · [soup] · It is cold. Or: not.',
  );
  const typed = 'Kept\r\non one line\n \nand soup';
  assert.equal(
    written(excerptOf(typed, phrasesOf('soup'), 'text')),
    'Kept on one line\u00a0· and [soup]',
  );
});

test('a match far down in a long text is shown', () => {
  const text = `${'Lorem ipsum dolor. '.repeat(9000)}Here is Soup. End`;
  assert.match(written(excerptOf(text, phrasesOf('SOUP'), 'text')), /^… .*Here is \[Soup\]\. End$/);
});

test('marks change nothing of a text', () => {
  const property = (text: string, typed: string) => {
    const parts = markMatches(text, phrasesOf(typed));
    assert.equal(parts.map((part) => part.text).join(''), text);
    excerptOf(text, phrasesOf(typed), 'text');
  };
  const words = fc.string({ unit: fc.constantFrom('a', 'b', ' ', 'ß', '\u0301', '活', '"', '*') });
  fc.assert(fc.property(words, words, property), { numRuns: 2000 });
});
