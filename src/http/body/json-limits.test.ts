import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findTooMuch } from './json-limits.ts';

const list = (values: number) => `[${'0,'.repeat(values - 2)}0]`;

test('100,000 values pass, one more does not', () => {
  assert.equal(findTooMuch(list(100_001)), undefined);
  const text = list(100_002);
  assert.deepEqual(findTooMuch(text), { at: text.length - 3, message: 'Too many values' });
});

test('1,000 levels pass, one more does not', () => {
  assert.equal(findTooMuch('['.repeat(1000)), undefined);
  assert.deepEqual(findTooMuch('['.repeat(1001)), { at: 1000, message: 'Nested too deeply' });
  assert.equal(findTooMuch('[]'.repeat(10_000)), undefined);
});

test('the content of strings does not count, wherever escapes end', () => {
  const much = '['.repeat(2000);
  for (const text of [
    `"${much}"`,
    `"\\"${much}"`,
    `"\\\\\\"${much}"`,
    `"${much}`,
    `{"a":"${much}"}`,
  ]) {
    assert.equal(findTooMuch(text), undefined, text.slice(0, 10));
  }
  for (const text of [`"\\\\"${much}`, `""${much}`, `"\\"\\\\"${much}`]) {
    assert.equal(findTooMuch(text)?.message, 'Nested too deeply', text.slice(0, 10));
  }
});

test('JSON of any shape and a common size passes', () => {
  fc.assert(fc.property(fc.json(), (json) => findTooMuch(json) === undefined));
});

test('the offset is right whatever strings come before', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '[', 'x', '\n', 'é') }), (text) => {
      const before = `{${JSON.stringify(text)}:`;
      const found = findTooMuch(before + '['.repeat(1001));
      assert.deepEqual(found, { at: before.length + 999, message: 'Nested too deeply' });
    }),
  );
});
