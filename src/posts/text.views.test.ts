import assert from 'node:assert/strict';
import { test } from 'node:test';
import { excerpt, paragraphs, summary } from './text.views.ts';

test('2,000 characters are shown whole, one more is cut', () => {
  assert.deepEqual(excerpt('a'.repeat(2000)), { text: 'a'.repeat(2000), cut: false });
  assert.deepEqual(excerpt('a'.repeat(2001)), { text: `${'a'.repeat(2000)}…`, cut: true });
});

test('characters are code points, and none is cut in half', () => {
  assert.equal(excerpt('😀'.repeat(2000)).cut, false);
  assert.equal(excerpt('😀'.repeat(2001)).text, `${'😀'.repeat(2000)}…`);
  assert.equal(excerpt(`a${'😀'.repeat(3000)}`).text, `a${'😀'.repeat(1999)}…`);
});

test('a cut falls between words where there is a gap near', () => {
  const { text } = excerpt('word '.repeat(500));
  assert.match(text, /word word…$/);
  assert.ok(text.length <= 2000);
  assert.equal(excerpt(`short ${'a'.repeat(3000)}`).text.length, 2001);
});

test('a summary is one line of at most 160 characters', () => {
  assert.equal(summary(' one\n\n two\t'), 'one two');
  const long = summary('word '.repeat(100));
  assert.ok(long.length <= 160 && long.endsWith('word…'), long);
});

test('blank lines part paragraphs, other line breaks stay', () => {
  const shown = paragraphs('\n  one\ntwo\r\n \r\n\r\nthree & <b>\n').map(String);
  assert.deepEqual(shown, ['<p>\n  one\ntwo</p>', '<p>three &amp; &lt;b&gt;\n</p>']);
});

test('a text of nothing but space is no paragraph', () => {
  assert.deepEqual(paragraphs(' \n\n '), []);
});
