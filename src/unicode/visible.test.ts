import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBlank, withoutInvisible } from './visible.ts';

const blank: Record<string, string> = {
  nothing: '',
  spaces: '   ',
  'a no-break space': '\u00a0',
  'an ideographic space': '\u3000',
  'line breaks and tabs': '\r\n\t\u0085\u2028',
  'zero-width spaces': '\u200b\u200b',
  'a word joiner': '\u2060',
  'a byte order mark': '\ufeff',
  'a soft hyphen': '\u00ad',
  'joiners and marks of direction': '\u200c\u200d\u200e\u202e',
  'Hangul fillers': '\u3164\u115f\uffa0',
  'a variation selector': '\ufe0f',
  'a control character': '\u0007',
  'a tag character': '\u{e0041}',
  'a blank Braille pattern': '\u2800',
  'several of them': ' \u200b\n\u2800 ',
};
for (const [name, text] of Object.entries(blank)) {
  test(`${name}: nothing to see`, () => assert.equal(isBlank(text), true));
}

for (const text of ['a', ' . ', '\u200bé', '❤️', '👨‍👩‍👧', 'न्‍', '\u2801', '\u0301']) {
  test(`${JSON.stringify(text)} can be seen`, () => assert.equal(isBlank(text), false));
}

test('what cannot be seen is removed, and white space becomes spaces', () => {
  assert.equal(withoutInvisible('ve\u00adra\u2060 \u200b\tb\n'), 'vera  b ');
  assert.equal(withoutInvisible('👨‍👩‍👧 ❤️'), '👨👩👧 ❤');
});
