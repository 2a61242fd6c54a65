import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findJsonError } from './json-syntax-error.ts';

const cases: [string, number][] = [
  ['{', 1],
  ['', 0],
  ['  ', 2],
  ['{"a": }', 6],
  ['{"a":1,}', 7],
  ['{a:1}', 1],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['{"a":1} x', 8],
  ['NaN', 0],
  ['nul', 3],
  ['nulx', 3],
  ['tru', 3],
  ['-', 1],
  ['01', 1],
  ['1.', 2],
  ['1.x', 2],
  ['1e+', 3],
  ['"abc', 4],
  ['"a\nb"', 2],
  ['"\\x"', 2],
  ['"\\', 2],
  ['"\\u12', 5],
  ['"\\u12g4"', 5],
  ['"😀" x', 4],
  ['{"a":[1,{"b":"c"}', 17],
  ["{'a':1}", 1],
];

for (const [text, offset] of cases) {
  test(`${JSON.stringify(text)} stops being JSON at ${offset}`, () => {
    assert.throws(() => JSON.parse(text));
    assert.equal(findJsonError(text).offset, offset);
  });
}

test('only four hexadecimal digits make an escape', () => {
  for (let code = 0x20; code < 0x80; code++) {
    const digit = String.fromCharCode(code);
    const text = `"\\u00${digit}0 `;
    assert.equal(findJsonError(text).offset, /[\da-f]/i.test(digit) ? text.length : 5, digit);
  }
});

test('hostile depth does not overflow the stack', () => {
  assert.equal(findJsonError('['.repeat(1_000_000)).offset, 1_000_000);
});

test('for whatever JSON.parse refuses, the text up to the offset could continue as JSON', () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 1 }), (json, place, char) => {
      const at = place % (json.length + 1);
      const text = json.slice(0, at) + char + json.slice(at + 1);
      try {
        JSON.parse(text);
      } catch {
        const { offset, message } = findJsonError(text);
        const length = Array.from(text).length;
        assert.ok(offset >= 0 && offset <= length && message !== '');
        // The text before the damage was JSON, so the error cannot be before it.
        assert.ok(offset >= Math.min(Array.from(json.slice(0, at)).length, length));
      }
    }),
  );
});
