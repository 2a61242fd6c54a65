import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isFlat } from './flat-json.ts';

test('every row is flat, whatever its texts hold', () => {
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.integer(), fc.constant(null));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), (row) =>
      isFlat(JSON.stringify(row), Object.keys(row).length),
    ),
  );
  for (const text of ['\\', '\\"', '"', '[', '{', '\\\\"[']) {
    assert.ok(isFlat(JSON.stringify({ [text]: text }), 1), text);
  }
});

test('what is not is found before it is parsed', () => {
  const lines = [
    '[]',
    '{"a":[]}',
    '{"a":{}}',
    '{"a":"\\\\",[',
    '{"a":1,"b":2,"c":3}',
    '{"a":"b',
    '"',
    '[['.repeat(1000),
    '{"a":'.repeat(1000),
  ];
  for (const line of lines) assert.ok(!isFlat(line, 1), line);
});
